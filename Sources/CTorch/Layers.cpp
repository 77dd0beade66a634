#include "CTorch.h"

#include "Boundary.h"
#include "FrozenLinear.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>

namespace {

using namespace ctorch;

c10::optional<at::Tensor> optional(const ct_tensor *t) {
    return t ? c10::optional<at::Tensor>(t->value) : c10::nullopt;
}

bool is_frozen_on_cpu(const at::Tensor &x, const at::Tensor &weight, const c10::optional<at::Tensor> &bias) {
    return x.is_cpu() && x.scalar_type() == weight.scalar_type() &&
           (x.scalar_type() == at::kFloat || needs_float_products(x)) && weight.is_contiguous() && x.dim() >= 2 &&
           x.numel() > 0 && x.size(-1) == weight.size(1) && !weight.requires_grad() &&
           !(bias && bias->requires_grad());
}

/// Scaled dot-product attention as it is written down. For the short sequences of images and class prompts libtorch's fused
/// kernel takes twice as long in bfloat16 on CPUs, and its backward pass six times.
at::Tensor plain_attention(
    const at::Tensor &q, const at::Tensor &k, const at::Tensor &v, const c10::optional<at::Tensor> &mask, bool causal) {
    auto batch = q.size(0), heads = q.size(1), queries = q.size(2), keys = k.size(2), width = q.size(3);
    auto joined = [&](const at::Tensor &x) { return x.reshape({batch * heads, x.size(2), width}); };
    auto scores = (joined(q) * (1 / std::sqrt(static_cast<double>(width)))).bmm(joined(k).transpose(1, 2));
    scores = scores.view({batch, heads, queries, keys});
    auto seen = causal ? at::ones({queries, keys}, q.options().dtype(at::kBool)).tril() : mask.value_or(at::Tensor());
    if (seen.defined()) scores = scores.masked_fill(seen.logical_not(), -INFINITY);
    auto weights = scores.softmax(-1).view({batch * heads, queries, keys});
    return weights.bmm(joined(v)).view({batch, heads, queries, width});
}

at::Tensor attention(
    const at::Tensor &q, const at::Tensor &k, const at::Tensor &v, const c10::optional<at::Tensor> &mask, bool causal) {
    if (needs_float_products(q))
        return at::scaled_dot_product_attention(q.to(at::kFloat), k.to(at::kFloat), v.to(at::kFloat), mask, 0.0, causal)
            .to(q.scalar_type());
    bool learns = c10::GradMode::is_enabled() && q.requires_grad();
    if (q.is_cpu() && q.scalar_type() == at::kBFloat16 && q.dim() == 4 && (learns || k.size(2) <= 128))
        return plain_attention(q, k, v, mask, causal);
    return at::scaled_dot_product_attention(q, k, v, mask, 0.0, causal);
}

}  // namespace

extern "C" {

ct_tensor *ct_linear(const ct_tensor *x, const ct_tensor *weight, const ct_tensor *bias) {
    return tensor([&] {
        auto offset = optional(bias);
        if (!is_frozen_on_cpu(x->value, weight->value, offset)) return at::linear(x->value, weight->value, offset);
        return frozen_linear(x->value, weight->value, offset, [&] { return weight->value.t(); });
    });
}
ct_tensor *ct_layer_norm(const ct_tensor *x, const ct_tensor *weight, const ct_tensor *bias, double eps) {
    return tensor([&] {
        return at::layer_norm(x->value, weight->value.sizes(), weight->value, bias->value, eps);
    });
}
ct_tensor *ct_attention(
    const ct_tensor *q, const ct_tensor *k, const ct_tensor *v, bool causal, const ct_tensor *mask) {
    return tensor([&] { return attention(q->value, k->value, v->value, optional(mask), causal); });
}
ct_tensor *ct_gelu(const ct_tensor *x) {
    return tensor([&] { return at::gelu(x->value); });
}
ct_tensor *ct_silu(const ct_tensor *x) {
    return tensor([&] { return at::silu(x->value); });
}
ct_tensor *ct_quick_gelu(const ct_tensor *x) {
    return tensor([&] { return x->value * at::sigmoid(x->value * 1.702); });
}
ct_tensor *ct_softmax(const ct_tensor *x, int dim) {
    return tensor([&] { return at::softmax(x->value, dim); });
}
ct_tensor *ct_log_softmax(const ct_tensor *x, int dim) {
    return tensor([&] { return at::log_softmax(x->value, dim); });
}
ct_tensor *ct_embedding(const ct_tensor *weight, const ct_tensor *ids) {
    return tensor([&] { return at::embedding(weight->value, ids->value); });
}

}  // extern "C"
