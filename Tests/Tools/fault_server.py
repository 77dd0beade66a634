"""An OpenAI-compatible server that misbehaves on request. Started by LanguageModelsTests and PipelineTests.

    python3 fault_server.py [CERTIFICATE]

Listens on a free port of 127.0.0.1 and prints it. The first part of a request's path is the fault: POST
/empty-once/v1/chat/completions. Faults that end in -once happen at the first request for a question only. GET
/FAULT/log returns the requests so far, the most that were under way at a time, and the most bytes that a flood sent. With a certificate (PEM, key included)
it speaks TLS. Ends when its standard input does.
"""

import gzip
import json
import ssl
import sys
import threading
import time
import zlib
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
        content = self.request["messages"][-1]["content"]
        self.images = [part["image_url"]["url"] for part in content if part["type"] == "image_url"] if isinstance(content, list) else []
        self.question = content if isinstance(content, str) else content[0]["text"]
        with lock:
            requests = log.setdefault(fault, [])
            again = any(entry["question"] == self.question for entry in requests)
            requests.append({
                "path": self.path, "images": self.images, "question": self.question, "model": self.request["model"],
                "seed": self.request.get("seed"), "parameters": sorted(self.request), "authorization": self.headers.get("Authorization", "")})
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

    fault_ok_shown = fault_ok

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

    def packed(self, encoding, pack):
        body = json.dumps({"choices": [{"message": {"content": "Red stripes."}, "finish_reason": "stop"}]}).encode()
        self.send(200, pack(body), headers=[("Content-Encoding", encoding)])

    def fault_gzip(self):
        self.packed("gzip", gzip.compress)

    def fault_deflate(self):
        self.packed("deflate", zlib.compress)

    def fault_raw_deflate(self):
        packer = zlib.compressobj(wbits=-15)
        self.packed("deflate", lambda body: packer.compress(body) + packer.flush())

    def fault_gzip_cut(self):
        self.packed("gzip", lambda body: gzip.compress(body)[:-12])

    def fault_gzip_bomb(self):
        self.packed("gzip", lambda body: gzip.compress(b" " * (64 << 20)))

    def fault_parts(self):
        self.answer([{"type": "text", "text": "Red "}, {"type": "text", "text": "stripes."}])

    def fault_thinking_parts(self):
        self.answer([{"type": "thinking", "thinking": [{"type": "text", "text": "Blue?"}]}, {"type": "text", "text": "Red stripes."}])

    def fault_reasoning_content(self):
        self.answer("Red stripes.", reasoning_content="Blue?")

    def fault_reasoning_details(self):
        self.answer("Red stripes.", reasoning="Blue?", reasoning_details=[{"type": "reasoning.text", "text": "Blue?"}])

    def fault_only_reasoning(self):
        self.answer("", finish="length", reasoning_content="The user wants stripes")

    def fault_only_thinking(self):
        self.answer("<think>The user wants stripes", finish="length")

    def chunks(self, *texts, end=True):
        yield {"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}]}
        for text in texts:
            yield {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]}
        if end:
            yield {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
            yield {"choices": [], "usage": {"prompt_tokens": 20, "completion_tokens": 7}}

    def fault_events(self):
        body = "".join(f"event: message\r\ndata: {json.dumps(chunk)}\r\n\r\n" for chunk in self.chunks("Red ", "stripes."))
        self.send(200, (body + "data: [DONE]\r\n\r\n").encode(), "text/event-stream")

    def fault_events_cut(self):
        body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in self.chunks("Red ", end=False))
        self.send(200, body.encode(), "text/event-stream")

    def fault_events_error(self):
        body = f"data: {json.dumps(next(self.chunks()))}\n\n" + 'data: {"error": {"message": "The engine is overloaded"}}\n\n'
        self.send(200, body.encode(), "text/event-stream")

    def fault_comments(self):
        body = json.dumps({"choices": [{"message": {"content": "Red stripes."}, "finish_reason": "stop"}]}, indent=1)
        self.send(200, ("\n: OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n" + body + "\n").encode())

    def fault_lines(self):
        lines = [{"message": {"role": "assistant", "content": text}, "done": False} for text in ("Red ", "stripes.")]
        lines.append({"message": {"content": ""}, "done": True, "done_reason": "stop", "prompt_eval_count": 20, "eval_count": 7})
        self.send(200, "\n".join(map(json.dumps, lines)).encode(), "application/x-ndjson")

    def fault_completion(self):
        self.send(200, {"choices": [{"text": "Red stripes.", "finish_reason": "stop"}]})

    def refuse(self, name, status, body):
        if name in self.request:
            self.send(status, body)
        else:
            self.answer("Red stripes.")

    def fault_no_max_tokens(self):
        self.refuse("max_tokens", 400, {"error": {
            "message": "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            "type": "invalid_request_error", "param": "max_tokens", "code": "unsupported_parameter"}})

    def fault_no_max_completion_tokens(self):
        self.refuse("max_completion_tokens", 422, {"detail": [{
            "type": "extra_forbidden", "loc": ["body", "max_completion_tokens"], "msg": "Extra inputs are not permitted", "input": 1}]})

    def fault_no_limit(self):
        name = next((name for name in ("max_tokens", "max_completion_tokens") if name in self.request), "")
        self.refuse(name, 400, {"error": f"unknown field \"{name}\""})

    def fault_no_seed(self):
        self.refuse("seed", 422, {"object": "error", "message": {"detail": [{
            "type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]},
            "type": "invalid_request_error", "code": None})

    def fault_no_temperature(self):
        self.refuse("temperature", 400, {"error": {
            "message": "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is supported.",
            "param": "temperature", "code": "unsupported_value"}})

    def fault_no_stream(self):
        self.refuse("stream", 500, {"error": "create() got an unexpected keyword argument 'stream'"})

    def fault_nothing_extra(self):
        names = [name for name in ("stream", "seed", "temperature", "max_tokens", "max_completion_tokens") if name in self.request]
        self.refuse(names[0] if names else "", 400, {"error": {"message": f"Unrecognized request argument supplied: {names[:1]}"}})

    def fault_422(self):
        self.send(422, {"detail": [{"loc": ["body", "messages", 0], "msg": "value is not a valid dict", "type": "type_error.dict"}]})

    def fault_plain_404(self):
        self.send(404, b"404 page not found\n", "text/plain; charset=utf-8")

    def fault_vllm_400(self):
        self.send(400, {"object": "error", "message": "max_tokens must be at least 1, got 0.", "type": "BadRequestError", "code": 400})

    def fault_402(self):
        self.send(402, {"error": {"message": "Insufficient Balance", "type": "unknown_error", "code": "invalid_request_error"}})

    def fault_403(self):
        self.error(403, "Country, region, or territory not supported")

    def fault_200_busy(self):
        self.send(200, {"error": {"message": "Provider returned error", "code": 503, "metadata": {"raw": "overloaded"}}})

    def fault_200_rate(self):
        self.send(200, {"error": "Rate limit exceeded, slow down"})

    def fault_200_key(self):
        self.send(200, {"error": {"message": "Invalid API key"}})

    def fault_200_model(self):
        self.send(200, {"error": "model 'test-model' not found, try pulling it first"})

    def fault_200_credit(self):
        self.send(200, {"error": {"message": "Insufficient credits", "code": 402}})

    def fault_200_seed(self):
        self.refuse("seed", 200, {"error": {"message": "seed is not supported", "code": 400}})

    def fault_200_unknown(self):
        self.send(200, {"error": {"message": "Something went wrong"}, "choices": None})

    def fault_hidden_echo(self):
        self.answer("They look like " + self.headers.get("Authorization", "none")[::-1])

    def fault_hidden_500(self):
        self.error(500, "failed with " + self.headers.get("Authorization", "none")[::-1])

    def fault_stolen(self):
        self.fault_ok()

    def fault_echo(self):
        self.answer("They look like " + self.headers.get("Authorization", "none"))


class Server(ThreadingHTTPServer):
    # Tests come all at once.
    request_queue_size = 128

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
