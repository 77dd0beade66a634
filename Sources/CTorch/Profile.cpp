// What libtorch's operators take on a thread, each without those that it calls.
#include "CTorch.h"

#include <ATen/ATen.h>
#include <ATen/record_function.h>

#include <time.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

/// Seconds of this thread on a processor: what other programs take from it in the meantime is not libtorch's.
double processor_seconds() {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

struct Operator {
    double seconds = 0;
    int64_t bytes = 0, calls = 0;
};

/// A call that is under way.
struct Call {
    double start;
    /// What the calls in it took.
    double inner = 0;
    /// Whether one of them has read or written.
    bool has_moved = false;
    /// Its operands, where their numbers are, and how many bytes they have; they may be gone when it ends.
    std::vector<const void *> tensors, memories;
    int64_t bytes = 0;
};

thread_local std::unordered_map<std::string, Operator> operators;
thread_local std::vector<Call> calls;
thread_local std::optional<at::CallbackHandle> observer;

const void *memory(const at::Tensor &t) { return t.has_storage() ? t.storage().unsafeGetStorageImpl() : nullptr; }

bool is_among(const void *one, const std::vector<const void *> &all) {
    return one && std::find(all.begin(), all.end(), one) != all.end();
}

/// Whether an operator by itself neither reads nor writes numbers, though it returns other than views.
bool moves_nothing(std::string_view name) {
    return name == "aten::to" || name == "aten::contiguous" || name.starts_with("aten::empty") ||
           name.starts_with("aten::resolve_");
}

std::unique_ptr<at::ObserverContext> begin(const at::RecordFunction &function) {
    Call call;
    for (const auto &operand : function.inputs()) {
        if (!operand.isTensor() || !operand.toTensor().defined()) continue;
        const auto &t = operand.toTensor();
        if (is_among(t.unsafeGetTensorImpl(), call.tensors)) continue;
        call.tensors.push_back(t.unsafeGetTensorImpl());
        call.memories.push_back(memory(t));
        call.bytes += t.numel() * static_cast<int64_t>(t.element_size());
    }
    call.start = processor_seconds();
    calls.push_back(std::move(call));
    return nullptr;
}

void end(const at::RecordFunction &function, at::ObserverContext *) {
    if (calls.empty()) return;
    auto call = std::move(calls.back());
    calls.pop_back();
    double seconds = processor_seconds() - call.start;
    auto &sum = operators[function.name()];
    sum.seconds += seconds - call.inner;
    sum.calls++;
    // Views are not moved.
    bool moves = !call.has_moved && !moves_nothing(function.name());
    for (const auto &result : function.outputs()) {
        if (!result.isTensor() || !result.toTensor().defined()) continue;
        const auto &t = result.toTensor();
        if (is_among(t.unsafeGetTensorImpl(), call.tensors)) continue;
        if (is_among(memory(t), call.memories)) moves = false;
        call.bytes += t.numel() * static_cast<int64_t>(t.element_size());
    }
    if (moves) {
        sum.bytes += call.bytes;
        call.has_moved = true;
    }
    if (calls.empty()) return;
    calls.back().inner += seconds;
    calls.back().has_moved |= call.has_moved;
}

}  // namespace

extern "C" {

void ct_profile_operators(bool on) {
    if (on && !observer) {
        operators.clear();
        observer = at::addThreadLocalCallback(
            at::RecordFunctionCallback(begin, end).needsInputs(true).needsOutputs(true).scopes({at::RecordScope::FUNCTION}));
    } else if (!on && observer) {
        at::removeCallback(*observer);
        observer.reset();
        calls.clear();
    }
}

void ct_each_profiled(
    void *context, void (*visit)(void *context, const char *name, double seconds, int64_t bytes, int64_t calls)) {
    for (const auto &[name, sum] : operators) visit(context, name.c_str(), sum.seconds, sum.bytes, sum.calls);
}

}  // extern "C"
