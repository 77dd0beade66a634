"""An OpenAI-compatible server that misbehaves on request. Started by LanguageModelsTests and PipelineTests.

    python3 fault_server.py [CERTIFICATE]

Listens on a free port of 127.0.0.1 and prints it. The first part of a request's path is the fault: POST
/empty-once/v1/chat/completions. Faults that end in -once happen at the first request for a question only. GET
/FAULT/log returns the requests so far, the most that were under way at a time, and the most bytes that a flood sent. With a certificate (PEM, key included)
it speaks TLS. Ends when its standard input does.
"""

import json
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

lock = threading.Lock()
log = {}
under_way = {}
most_under_way = {}
most_sent = {}
page = b"<!DOCTYPE html><html><body>502 Bad Gateway &amp; more</body></html>"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def send(self, status, body, content_type="application/json", headers=()):
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def answer(self, content, finish="stop", **message):
        self.send(200, {
            "id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": self.request["model"],
            "choices": [{
                "index": 0, "finish_reason": finish,
                "message": {"role": "assistant", "content": content, **message}}],
            "usage": {"prompt_tokens": 20, "completion_tokens": 7, "total_tokens": 27},
        })

    def error(self, status, message, headers=(), **more):
        self.send(status, {"error": {"message": message, "type": "fault", **more}}, headers=headers)

    def do_GET(self):
        fault = self.path.split("/")[1]
        with lock:
            self.send(200, {
                "requests": log.get(fault, []), "most_under_way": most_under_way.get(fault, 0),
                "most_sent": most_sent.get(fault, 0)})

    def do_POST(self):
        fault = self.path.split("/")[1]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.request = json.loads(body)
        self.question = self.request["messages"][-1]["content"]
        with lock:
            requests = log.setdefault(fault, [])
            again = any(entry["question"] == self.question for entry in requests)
            requests.append({
                "path": self.path, "question": self.question, "model": self.request["model"],
                "seed": self.request.get("seed"), "authorization": self.headers.get("Authorization", "")})
            under_way[fault] = under_way.get(fault, 0) + 1
            most_under_way[fault] = max(most_under_way.get(fault, 0), under_way[fault])
        try:
            if fault.endswith("-once"):
                fault = "ok" if again else fault.removesuffix("-once")
            getattr(self, "fault_" + fault.replace("-", "_"), self.unknown)()
        finally:
            with lock:
                under_way[self.path.split("/")[1]] -= 1

    def unknown(self):
        self.error(404, f"no such fault: {self.path}")

    def fault_ok(self):
        self.answer(f"Answer {self.request['seed']} to: {self.question}")

    def fault_slow(self):
        # Until three have come, however long the machine takes; then there is time for a fourth.
        deadline = time.monotonic() + 60
        while most_under_way["slow"] < 3 and time.monotonic() < deadline:
            time.sleep(0.005)
        self.fault_unhurried()

    def fault_unhurried(self):
        time.sleep(0.05)
        self.fault_ok()

    def fault_control(self):
        self.answer("\u0000\u001b[31mred\u0007 stripes\r\n\n\u202eon\ttheir backs\u0085")

    def fault_empty(self):
        self.answer(" \n\u0000 ")

    def fault_null(self):
        self.answer(None, finish="length")

    def fault_refusal(self):
        self.answer(None, refusal="I'm sorry, I cannot help with that.")

    def fault_refusal_text(self):
        self.answer("I’m sorry, but I can't help with describing that.")

    def fault_filtered(self):
        self.answer("Some", finish="content_filter")

    def fault_long(self):
        self.answer("One short sentence. " + "word " * 10_000)

    def fault_endless_word(self):
        self.answer("word " * 10_000)

    def fault_thinking(self):
        self.answer("<think>The user wants\nstripes.</think>\n\n\"Red stripes.\"")

    def fault_huge(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        self.end_headers()
        sent = 0
        try:
            while True:
                sent += self.connection.send(b"x" * 65536)
        except OSError:
            self.close_connection = True
        with lock:
            most_sent["huge"] = max(most_sent.get("huge", 0), sent)

    def fault_huge_header(self):
        self.send_response(200)
        try:
            for number in range(1_000_000):
                self.wfile.write(f"X-{number}: {'x' * 8000}\r\n".encode())
        except OSError:
            self.close_connection = True

    def fault_not_json(self):
        self.send(200, b'{"choices": [{"mess')

    def fault_wrong_json(self):
        self.send(200, {"choices": "none", "usage": -1})

    def fault_no_choice(self):
        self.send(200, {"choices": []})

    def fault_html(self):
        self.send(200, page, "text/html")

    def fault_html_404(self):
        self.send(404, page, "text/html")

    def fault_html_502(self):
        self.send(502, page, "text/html")

    def fault_400(self):
        self.error(400, "temperature is \u001b[31mtoo high")

    def fault_401(self):
        self.error(401, "Incorrect API key provided: " + self.headers.get("Authorization", "none"))

    def fault_404(self):
        self.error(404, "The model does not exist")

    def fault_429(self):
        self.error(429, "slow down", [("Retry-After", "7")])

    def fault_429_date(self):
        self.error(429, "slow down", [("Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT")])

    def fault_429_tomorrow(self):
        self.error(429, "slow down", [("Retry-After", "86400")])

    def fault_429_quota(self):
        self.error(429, "You exceeded your current quota", code="insufficient_quota")

    def fault_500(self):
        self.error(500, "failed with " + self.headers.get("Authorization", "none"))

    def fault_hang(self):
        time.sleep(3600)

    def fault_dribble(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.02)
        except OSError:
            self.close_connection = True

    def fault_drop(self):
        self.close_connection = True
        self.connection.close()

    def fault_redirect(self):
        self.send(307, b"", headers=[("Location", f"http://127.0.0.1:{port}/stolen/v1/chat/completions")])

    def fault_stolen(self):
        self.fault_ok()

    def fault_echo(self):
        self.answer("They look like " + self.headers.get("Authorization", "none"))


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError, ValueError)):
            super().handle_error(request, client_address)  # A client that goes away, or speaks no TLS, is no error here.


server = Server(("127.0.0.1", 0), Handler)
server.daemon_threads = True
port = server.server_address[1]
if len(sys.argv) > 1:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1])
    server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(port, flush=True)
sys.stdin.read()
