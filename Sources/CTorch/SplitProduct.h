// Products of float32 by three of bfloat16.
#pragma once

#include <ATen/core/Tensor.h>

namespace ctorch {

/// Whether this thread multiplies float32 with weights that are not trained by split_linear.
bool splits_products();

/// x · weightᵀ + bias in float32: each factor is the sum of two numbers of bfloat16, x = x₁ + x₂ and w = w₁ + w₂ up to 2⁻¹⁶ of it, and of
/// their products all but x₂ · w₂ are summed in float32. A product of matrices is off by about 2⁻¹⁶.
///
/// x and weight are float32 of even width; the weight lies in any order. Outside autograd.
at::Tensor split_linear(const at::Tensor &x, const at::Tensor &weight, const c10::optional<at::Tensor> &bias);

}  // namespace ctorch
