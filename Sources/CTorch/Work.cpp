// Floating-point operations of matrix products and of attention, counted where libtorch computes them.
#include "CTorch.h"

#include <ATen/record_function.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include <atomic>

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

namespace {

/// The operations of one count. libtorch carries it, and the observer, to the threads that compute a GPU's gradients.
struct Count : c10::DebugInfoBase {
    std::atomic<int64_t> operations = 0;
};
/// A kind that libtorch itself leaves alone.
const auto kind = c10::DebugInfoKind::TEST_INFO;

thread_local std::shared_ptr<Count> counted;
thread_local std::optional<at::CallbackHandle> observer;

using Inputs = c10::ArrayRef<const c10::IValue>;

/// The product of input `a` with `b`, whose dimension `columns` is not summed over.
int64_t product(Inputs inputs, int a, int b, int columns) {
    return 2 * inputs[a].toTensor().numel() * inputs[b].toTensor().size(columns);
}

int64_t attention(Inputs inputs) { return 2 * product(inputs, 0, 1, 2); }
int64_t attention_gradients(Inputs inputs) { return 5 * product(inputs, 1, 2, 2); }

/// What each operator costs. Those that are made of others are not here; the gradients of attention are its five products.
const std::unordered_map<std::string, std::function<int64_t(Inputs)>> costs = {
    {"aten::mm", [](Inputs inputs) { return product(inputs, 0, 1, 1); }},
    {"aten::addmm", [](Inputs inputs) { return product(inputs, 1, 2, 1); }},
    {"aten::bmm", [](Inputs inputs) { return product(inputs, 0, 1, 2); }},
    {"aten::baddbmm", [](Inputs inputs) { return product(inputs, 1, 2, 2); }},
    {"ctorch::split_linear", [](Inputs inputs) { return product(inputs, 0, 1, 0); }},
    {"mkldnn::_linear_pointwise", [](Inputs inputs) { return product(inputs, 0, 1, 0); }},
    {"aten::_scaled_dot_product_flash_attention_for_cpu", attention},
    {"aten::_scaled_dot_product_flash_attention_for_cpu_backward", attention_gradients},
    {"aten::_scaled_dot_product_flash_attention", attention},
    {"aten::_scaled_dot_product_flash_attention_backward", attention_gradients},
    {"aten::_scaled_dot_product_efficient_attention", attention},
    {"aten::_scaled_dot_product_efficient_attention_backward", attention_gradients},
};

std::unique_ptr<at::ObserverContext> count(const at::RecordFunction &function) {
    auto cost = costs.find(function.name());
    if (cost == costs.end()) return nullptr;
    if (auto *count = static_cast<Count *>(c10::ThreadLocalDebugInfo::get(kind))) count->operations += cost->second(function.inputs());
    return nullptr;
}

}  // namespace

extern "C" {

bool ct_count_operations(bool on) {
    bool was = observer.has_value();
    if (on && !was) {
        if (!counted) counted = std::make_shared<Count>();
        c10::ThreadLocalDebugInfo::_push(kind, counted);
        observer = at::addThreadLocalCallback(
            at::RecordFunctionCallback(count).needsInputs(true).scopes({at::RecordScope::FUNCTION}));
    } else if (!on && was) {
        at::removeCallback(*observer);
        observer.reset();
        c10::ThreadLocalDebugInfo::_pop(kind);
    }
    return was;
}

int64_t ct_operations(void) { return counted ? counted->operations.load() : 0; }

}  // extern "C"
