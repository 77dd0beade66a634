// Several processes: c10d's store and its Gloo, which is in every libtorch for CPUs, and NCCL for tensors on GPUs where its headers
// and CUDA's were there when this was built. Of Gloo's headers, which libtorch does not bring, only names of types are used.
#include "CTorch.h"

#include "Boundary.h"

#include <ATen/ATen.h>
#if __has_include(<gloo/context.h>)
#define USE_C10D_GLOO
#include <c10/util/Logging.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include <chrono>
#include <cstdlib>
#include <future>
#include <iostream>
#include <memory>
#include <mutex>
#include <streambuf>
#include <string>
#include <thread>
#include <vector>

#endif

#ifdef USE_C10D_GLOO

C10_DECLARE_int(caffe2_log_level);

struct ct_process_group {
    int rank, size;
    std::chrono::milliseconds timeout;
    c10::intrusive_ptr<c10d::Store> store;
    c10::intrusive_ptr<c10d::Backend> gloo;
    c10::intrusive_ptr<c10d::Backend> nccl;

    /// Who moves tensors of a device; nobody where they go over the CPU.
    c10d::Backend *backend(const at::Tensor &t) {
        if (t.is_cpu()) return gloo.get();
#ifdef USE_C10D_NCCL
        if (t.is_cuda()) {
            if (!nccl) {
                auto options = c10d::ProcessGroupNCCL::Options::create();
                options->timeout = timeout;
                nccl = c10::make_intrusive<c10d::ProcessGroupNCCL>(
                    c10::make_intrusive<c10d::PrefixStore>("nccl", store), rank, size, options);
            }
            return nccl.get();
        }
#endif
        return nullptr;
    }
};

namespace {

using namespace ctorch;

/// Has a contiguous tensor changed in place by what a backend does with it.
template <typename Body>
void in_place(ct_process_group *group, at::Tensor t, Body body) {
    if (t.numel() == 0) return;
    at::Tensor work = t.contiguous();
    auto backend = group->backend(work);
    if (!backend) {
        work = work.cpu();
        backend = group->gloo.get();
    }
    body(*backend, work)->wait();
    if (!work.is_same(t)) t.copy_(work);
}

/// Lets through to standard error, or not, what Gloo writes there of each attempt to connect, whatever its level of messages: it would
/// stand between a command's sentences, and the exception says it too. Called without first.
void let_gloo_speak(bool may) {
    struct Nowhere : std::streambuf {
        int_type overflow(int_type c) override { return traits_type::not_eof(c); }
        std::streamsize xsputn(const char *, std::streamsize count) override { return count; }
    };
    // Never destroyed: threads of Gloo's may outlive a meeting that failed.
    static std::streambuf *const nowhere = new Nowhere, *const standard_error = std::cerr.rdbuf();
    // Ranks of a test are threads of one process.
    static std::mutex one_at_a_time;
    std::lock_guard<std::mutex> guard(one_at_a_time);
    std::cerr.rdbuf(may ? standard_error : nowhere);
}

/// Meets the others; throws where that fails. The process then ends with its sentence, which is not written by way of `std::cerr`.
std::unique_ptr<ct_process_group> meet(
    int rank, int size, const std::string &address, int port, bool is_served, const std::string &run,
    const std::string &interface, std::chrono::milliseconds timeout) {
    let_gloo_speak(false);
    auto group = std::make_unique<ct_process_group>();
    group->rank = rank;
    group->size = size;
    group->timeout = timeout;
    c10d::TCPStoreOptions options;
    options.port = static_cast<uint16_t>(port);
    options.isServer = rank == 0 && !is_served;
    options.numWorkers = size;
    options.waitWorkers = false;
    options.timeout = timeout;
    group->store = c10::make_intrusive<c10d::PrefixStore>(run, c10::make_intrusive<c10d::TCPStore>(address, options));
    auto gloo = c10d::ProcessGroupGloo::Options::create_default(timeout);
    gloo->devices = {
        interface.empty() ? c10d::ProcessGroupGloo::createDefaultDevice(false)
                          : c10d::ProcessGroupGloo::createDeviceForInterface(interface, false)};
    gloo->threads = 1;
    group->gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(group->store, rank, size, gloo);
    let_gloo_speak(true);
    return group;
}

}  // namespace

extern "C" {

ct_process_group *ct_join_processes(
    int rank, int size, const char *address, int port, bool is_served, const char *run, const char *interface_or_null,
    double timeout) {
    try {
        static std::once_flag is_set_up;
        std::call_once(is_set_up, [] {
            // Its remarks on attempts to connect would stand between a command's sentences.
            FLAGS_caffe2_log_level = c10::GLOG_FATAL;
            // Without, a lost process ends the others by a signal from a thread of NCCL's.
            setenv("TORCH_NCCL_BLOCKING_WAIT", "1", 0);
        });
        // The store waits without end for what a process answers that is there and hangs: on a thread of its own, which is left
        // behind then. Where c10d gives up by itself it says more.
        std::chrono::milliseconds limit(static_cast<int64_t>(timeout * 1000));
        std::packaged_task<std::unique_ptr<ct_process_group>()> meeting(
            [=, place = std::string(address), name = std::string(run),
             interface = std::string(interface_or_null ? interface_or_null : "")] {
                return meet(rank, size, place, port, is_served, name, interface, limit);
            });
        auto group = meeting.get_future();
        std::thread(std::move(meeting)).detach();
        if (group.wait_for(limit + std::chrono::seconds(2)) == std::future_status::ready) return group.get().release();
        remember("timed out: the process that keeps the meeting place does not answer");
    } catch (const std::exception &e) {
        remember(e.what());
    } catch (...) {
        remember("unknown C++ exception");
    }
    return nullptr;
}

void ct_leave_processes(ct_process_group *group) {
    status([&] { delete group; });
}

bool ct_has_nccl(void) {
#ifdef USE_C10D_NCCL
    return true;
#else
    return false;
#endif
}

int ct_sum_over_processes(ct_process_group *group, ct_tensor *t) {
    return status([&] {
        at::NoGradGuard without_gradients;
        in_place(group, t->value, [](c10d::Backend &backend, at::Tensor &work) {
            std::vector<at::Tensor> tensors{work};
            return backend.allreduce(tensors);
        });
    });
}

int ct_broadcast(ct_process_group *group, ct_tensor *t, int from) {
    return status([&] {
        at::NoGradGuard without_gradients;
        in_place(group, t->value, [&](c10d::Backend &backend, at::Tensor &work) {
            std::vector<at::Tensor> tensors{work};
            c10d::BroadcastOptions options;
            options.rootRank = from;
            return backend.broadcast(tensors, options);
        });
    });
}

ct_tensor *ct_gather_from_processes(ct_process_group *group, const ct_tensor *t) {
    return tensor([&] {
        at::NoGradGuard without_gradients;
        at::Tensor own = t->value.detach().contiguous();
        auto backend = group->backend(own);
        if (!backend) {
            own = own.cpu();
            backend = group->gloo.get();
        }
        std::vector<int64_t> shape{group->size};
        for (auto extent : own.sizes()) shape.push_back(extent);
        at::Tensor all = at::empty(shape, own.options());
        if (own.numel()) {
            std::vector<std::vector<at::Tensor>> parts{all.unbind(0)};
            std::vector<at::Tensor> inputs{own};
            backend->allgather(parts, inputs)->wait();
        }
        return all.to(t->value.device());
    });
}

}  // extern "C"

#else

extern "C" {

ct_process_group *ct_join_processes(int, int, const char *, int, bool, const char *, const char *, double) {
    ctorch::remember("this was built without the headers of Gloo: install libgloo-dev and build again");
    return nullptr;
}
void ct_leave_processes(ct_process_group *) {}
bool ct_has_nccl(void) { return false; }
int ct_sum_over_processes(ct_process_group *, ct_tensor *) { return -1; }
int ct_broadcast(ct_process_group *, ct_tensor *, int) { return -1; }
ct_tensor *ct_gather_from_processes(ct_process_group *, const ct_tensor *) { return nullptr; }

}  // extern "C"

#endif
