// Linear layers that are not trained, their weights laid out as oneDNN's products of bfloat16 read them: a product of plain
// ones lays them out anew each time.
#include "CTorch.h"

#include "Boundary.h"
#include "FrozenLinear.h"
#include "OneDNN.h"

#include <ATen/ATen.h>

#include <mutex>

using namespace ctorch;

struct ct_packed_linear {
    /// [out, in]
    at::Tensor weight;
    c10::optional<at::Tensor> bias;

    /// [in, out], from the first gradients on.
    const at::Tensor &transposed() {
        std::call_once(is_transposed, [&] { transposed_weight = pack(weight.to_dense().t().contiguous()); });
        return transposed_weight;
    }

private:
    std::once_flag is_transposed;
    at::Tensor transposed_weight;
};

extern "C" {

bool ct_packs_linear(const ct_tensor *weight) {
    return weight->value.is_cpu() && weight->value.scalar_type() == at::kBFloat16 && has_bfloat16_products();
}

ct_packed_linear *ct_pack_linear(const ct_tensor *weight, const ct_tensor *bias) {
    auto layer = std::make_unique<ct_packed_linear>();
    auto packed = status([&] {
        layer->weight = pack(weight->value.detach());
        if (bias) layer->bias = bias->value.detach();
    });
    return packed == 0 ? layer.release() : nullptr;
}

void ct_free_packed_linear(ct_packed_linear *layer) { delete layer; }

ct_tensor *ct_apply_packed_linear(const ct_tensor *x, ct_packed_linear *layer) {
    return tensor([&] {
        return frozen_linear(x->value, layer->weight, layer->bias, [&] { return layer->transposed(); });
    });
}

}  // extern "C"
