#include "FrozenLinear.h"

#include "OneDNN.h"
#include "SplitProduct.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/custom_function.h>

namespace ctorch {

bool needs_float_products(const at::Tensor &x) {
    return x.is_cpu() && x.scalar_type() == at::kBFloat16 && !has_bfloat16_products();
}

namespace {

c10::optional<at::Tensor> to_float(const c10::optional<at::Tensor> &t) {
    return t ? c10::optional<at::Tensor>(t->to(at::kFloat)) : c10::nullopt;
}

/// Whether oneDNN is to multiply float32, which libtorch leaves to MKL: MKL does without AVX-512 on processors that are not
/// Intel's (150 against oneDNN's 195 GFLOP/s on two cores of one of AMD's), but has the better kernels for AVX2 (167
/// against 145).
bool prefers_onednn() {
    static const bool has_avx512 = at::get_cpu_capability() == "AVX512";
    return has_avx512 && at::globalContext().hasMKLDNN();
}

/// Whether a product is one to split: of few rows it takes less time than laying out the weight does.
bool is_to_split(const at::Tensor &x) {
    constexpr int64_t fewest_rows = 128;
    return splits_products() && x.scalar_type() == at::kFloat && x.size(-1) % 2 == 0 &&
           x.numel() >= fewest_rows * x.size(-1);
}

/// x · weightᵀ + bias, outside autograd.
at::Tensor product(const at::Tensor &x, const at::Tensor &weight, const c10::optional<at::Tensor> &bias) {
    if (needs_float_products(x))
        return product(x.to(at::kFloat), weight.to(at::kFloat), to_float(bias)).to(x.scalar_type());
    if (is_to_split(x)) return split_linear(x, weight, bias);
    return weight.is_mkldnn() || prefers_onednn() ? onednn_linear(x, weight, bias) : at::linear(x, weight, bias);
}

struct FrozenLinear : torch::autograd::Function<FrozenLinear> {
    static at::Tensor forward(
        torch::autograd::AutogradContext *context, const at::Tensor &x, const at::Tensor &weight,
        const c10::optional<at::Tensor> &bias, const at::Tensor &transposed) {
        context->save_for_backward({transposed});
        return product(x, weight, bias);
    }

    static torch::autograd::variable_list backward(
        torch::autograd::AutogradContext *context, torch::autograd::variable_list gradients) {
        return {product(gradients[0], context->get_saved_variables()[0], c10::nullopt), {}, {}, {}};
    }
};

}  // namespace

at::Tensor frozen_linear(
    const at::Tensor &x, const at::Tensor &weight, const c10::optional<at::Tensor> &bias,
    const std::function<at::Tensor()> &transpose) {
    if (c10::GradMode::is_enabled() && x.requires_grad()) return FrozenLinear::apply(x, weight, bias, transpose());
    return product(x, weight, bias);
}

}  // namespace ctorch
