#include "OneDNN.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/core/dispatch/Dispatcher.h>

namespace {

template <typename Signature>
c10::TypedOperatorHandle<Signature> find(const char *name) {
    return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

}  // namespace

namespace ctorch {

bool has_bfloat16_products() {
    static const bool has =
        at::globalContext().hasMKLDNN() && find<bool()>("mkldnn::_is_mkldnn_bf16_supported").call();
    return has;
}

at::Tensor onednn_linear(const at::Tensor &x, const at::Tensor &weight, const c10::optional<at::Tensor> &bias) {
    static const auto linear = find<at::Tensor(
        const at::Tensor &, const at::Tensor &, const c10::optional<at::Tensor> &, c10::string_view,
        c10::List<c10::optional<at::Scalar>>, c10::optional<c10::string_view>)>("mkldnn::_linear_pointwise");
    return linear.call(x.contiguous(), weight, bias, "none", c10::List<c10::optional<at::Scalar>>(), "");
}

at::Tensor pack(const at::Tensor &weight) {
    static const auto reorder = find<at::Tensor(const at::Tensor &, c10::optional<int64_t>)>(
        "mkldnn::_reorder_linear_weight");
    return reorder.call(weight, c10::nullopt);
}

}  // namespace ctorch
