#include "CTorch.h"

#include "Boundary.h"
#include "Device.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <c10/core/GradMode.h>
#include <torch/headeronly/version.h>

#include <string>
#include <vector>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace ctorch {

at::ScalarType scalar_type(int dtype) {
    switch (dtype) {
    case CT_FLOAT32: return at::kFloat;
    case CT_BFLOAT16: return at::kBFloat16;
    case CT_FLOAT16: return at::kHalf;
    case CT_INT64: return at::kLong;
    case CT_UINT8: return at::kByte;
    case CT_BOOL: return at::kBool;
    case CT_FLOAT64: return at::kDouble;
    case CT_INT32: return at::kInt;
    }
    TORCH_CHECK(false, "unknown element type ", dtype);
}

}  // namespace ctorch

namespace {

using namespace ctorch;

at::IntArrayRef sizes(const int64_t *shape, int rank) { return {shape, static_cast<size_t>(rank)}; }

std::vector<at::Tensor> list(ct_tensor *const *tensors, int count) {
    std::vector<at::Tensor> out;
    out.reserve(count);
    for (int i = 0; i < count; i++) out.push_back(tensors[i]->value);
    return out;
}

template <typename Pair>
void split(Pair &&pair, ct_tensor **values, ct_tensor **indices) {
    *values = new ct_tensor{std::get<0>(pair)};
    *indices = new ct_tensor{std::get<1>(pair)};
}

}  // namespace

extern "C" {

const char *ct_last_error(void) { return last_error.c_str(); }
const char *ct_version(void) { return TORCH_VERSION; }

const char *ct_cpu_capability(void) {
    static const std::string capability = at::get_cpu_capability();
    return capability.c_str();
}

int ct_set_threads(int count) {
    return status([&] { at::set_num_threads(count); });
}
int ct_keep_freed_memory(void) {
    return status([] {
#ifdef __GLIBC__
        TORCH_CHECK(mallopt(M_MMAP_MAX, 0) && mallopt(M_TRIM_THRESHOLD, -1), "malloc takes no options");
#endif
    });
}
int ct_threads(void) { return at::get_num_threads(); }

bool ct_set_gradients_enabled(bool enabled) {
    bool was = c10::GradMode::is_enabled();
    c10::GradMode::set_enabled(enabled);
    return was;
}

void ct_free(ct_tensor *t) { delete t; }

ct_tensor *ct_from_data(const void *data, size_t bytes, int dtype, const int64_t *shape, int rank) {
    return tensor([&] {
        at::Tensor out = at::empty(sizes(shape, rank), scalar_type(dtype));
        TORCH_CHECK(out.nbytes() == bytes, "a shape of ", out.nbytes(), " bytes was given ", bytes);
        if (bytes) memcpy(out.data_ptr(), data, bytes);
        return out;
    });
}

ct_tensor *ct_empty(int dtype, const int64_t *shape, int rank) {
    return tensor([&] { return at::empty(sizes(shape, rank), scalar_type(dtype)); });
}

ct_tensor *ct_full(double value, int dtype, int where, const int64_t *shape, int rank) {
    return tensor([&] {
        return at::full(sizes(shape, rank), value, at::TensorOptions(scalar_type(dtype)).device(device(where)));
    });
}

ct_tensor *ct_arange(int64_t count, int dtype, int where) {
    return tensor([&] { return at::arange(count, at::TensorOptions(scalar_type(dtype)).device(device(where))); });
}

int ct_rank(const ct_tensor *t) { return static_cast<int>(t->value.dim()); }
int64_t ct_size(const ct_tensor *t, int dim) { return t->value.sizes()[dim]; }

int ct_dtype_of(const ct_tensor *t) {
    switch (t->value.scalar_type()) {
    case at::kFloat: return CT_FLOAT32;
    case at::kBFloat16: return CT_BFLOAT16;
    case at::kHalf: return CT_FLOAT16;
    case at::kLong: return CT_INT64;
    case at::kByte: return CT_UINT8;
    case at::kBool: return CT_BOOL;
    case at::kDouble: return CT_FLOAT64;
    case at::kInt: return CT_INT32;
    default: return -1;
    }
}

int ct_device_of(const ct_tensor *t) { return t->value.is_cpu() ? CT_CPU : t->value.get_device(); }

int ct_copy_out(const ct_tensor *t, int dtype, void *destination, size_t bytes) {
    return status([&] {
        at::Tensor source = t->value.detach().to(at::kCPU, scalar_type(dtype)).contiguous();
        TORCH_CHECK(source.nbytes() == bytes, "a tensor of ", source.nbytes(), " bytes was read as ", bytes);
        if (bytes) memcpy(destination, source.data_ptr(), bytes);
    });
}

const float *ct_float_elements(const ct_tensor *t) {
    const float *elements = nullptr;
    int failed = status([&] {
        TORCH_CHECK(
            t->value.is_cpu() && t->value.scalar_type() == at::kFloat && t->value.is_contiguous(),
            "only a contiguous float32 tensor on the CPU can be read in place");
        // An empty tensor may have no storage at all; NULL means failure here.
        static const float none = 0;
        elements = t->value.numel() ? static_cast<const float *>(t->value.const_data_ptr()) : &none;
    });
    return failed ? nullptr : elements;
}

ct_tensor *ct_to_dtype(const ct_tensor *t, int dtype) {
    return tensor([&] { return t->value.to(scalar_type(dtype)); });
}
ct_tensor *ct_contiguous(const ct_tensor *t) { return tensor([&] { return t->value.contiguous(); }); }
ct_tensor *ct_clone(const ct_tensor *t) { return tensor([&] { return t->value.clone(); }); }
ct_tensor *ct_detach(const ct_tensor *t) { return tensor([&] { return t->value.detach(); }); }
bool ct_requires_grad(const ct_tensor *t) { return t->value.requires_grad(); }
int ct_set_requires_grad(ct_tensor *t, bool on) {
    return status([&] { t->value.requires_grad_(on); });
}
ct_tensor *ct_grad(const ct_tensor *t, bool *found) {
    return tensor([&] {
        *found = t->value.grad().defined();
        return t->value.grad();
    });
}
int ct_clear_grad(ct_tensor *t) {
    return status([&] { t->value.mutable_grad().reset(); });
}
int ct_set_grad(ct_tensor *t, const ct_tensor *gradient) {
    return status([&] { t->value.mutable_grad() = gradient->value; });
}
int ct_backward(const ct_tensor *t, const ct_tensor *gradient) {
    return status([&] { t->value.backward(gradient ? gradient->value : at::Tensor()); });
}

#define CT_BINARY(name, op) \
    ct_tensor *name(const ct_tensor *a, const ct_tensor *b) { return tensor([&] { return op(a->value, b->value); }); }
#define CT_UNARY(name, op) \
    ct_tensor *name(const ct_tensor *a) { return tensor([&] { return op(a->value); }); }
#define CT_SCALAR(name, op) \
    ct_tensor *name(const ct_tensor *a, double b) { return tensor([&] { return op(a->value, b); }); }

CT_BINARY(ct_add, at::add)
CT_BINARY(ct_sub, at::sub)
CT_BINARY(ct_mul, at::mul)
CT_BINARY(ct_div, at::div)
CT_BINARY(ct_maximum, at::maximum)
CT_BINARY(ct_equal, at::eq)
CT_BINARY(ct_matmul, at::matmul)
CT_SCALAR(ct_add_scalar, at::add)
CT_SCALAR(ct_mul_scalar, at::mul)
CT_SCALAR(ct_clamp_min, at::clamp_min)
CT_SCALAR(ct_clamp_max, at::clamp_max)
CT_SCALAR(ct_pow_scalar, at::pow)
CT_SCALAR(ct_greater_scalar, at::gt)
CT_UNARY(ct_exp, at::exp)
CT_UNARY(ct_log, at::log)
CT_UNARY(ct_sqrt, at::sqrt)
CT_UNARY(ct_abs, at::abs)
CT_UNARY(ct_neg, at::neg)
CT_UNARY(ct_relu, at::relu)
CT_UNARY(ct_isfinite, at::isfinite)
CT_UNARY(ct_sum, at::sum)
CT_UNARY(ct_mean, at::mean)

ct_tensor *ct_where(const ct_tensor *condition, const ct_tensor *a, const ct_tensor *b) {
    return tensor([&] { return at::where(condition->value, a->value, b->value); });
}

int ct_add_in_place(ct_tensor *a, const ct_tensor *b, double scale) {
    return status([&] {
        c10::NoGradGuard outside;
        a->value.add_(b->value, scale);
    });
}
int ct_mul_in_place(ct_tensor *a, double scale) {
    return status([&] {
        c10::NoGradGuard outside;
        a->value.mul_(scale);
    });
}
int ct_copy_in_place(ct_tensor *a, const ct_tensor *b) {
    return status([&] {
        c10::NoGradGuard outside;
        a->value.copy_(b->value);
    });
}
int ct_add_product_in_place(ct_tensor *a, const ct_tensor *b, const ct_tensor *c, double scale) {
    return status([&] {
        c10::NoGradGuard outside;
        a->value.addcmul_(b->value, c->value, scale);
    });
}
int ct_fill_in_place(ct_tensor *a, double value) {
    return status([&] {
        c10::NoGradGuard outside;
        a->value.fill_(value);
    });
}
int ct_copy_into(ct_tensor *a, const ct_tensor *b, int dim, int64_t start) {
    return status([&] {
        c10::NoGradGuard outside;
        a->value.narrow(dim, start, b->value.size(dim)).copy_(b->value);
    });
}


ct_tensor *ct_sum_dim(const ct_tensor *x, int dim, bool keepdim) {
    return tensor([&] { return x->value.sum(dim, keepdim); });
}
ct_tensor *ct_mean_dim(const ct_tensor *x, int dim, bool keepdim) {
    return tensor([&] { return x->value.mean(dim, keepdim); });
}
ct_tensor *ct_norm_dim(const ct_tensor *x, int dim, bool keepdim) {
    return tensor([&] { return x->value.norm(2, dim, keepdim); });
}
ct_tensor *ct_argmax(const ct_tensor *x, int dim) {
    return tensor([&] { return x->value.argmax(dim); });
}
int ct_extreme(const ct_tensor *x, int dim, bool largest, ct_tensor **values, ct_tensor **indices) {
    return status([&] { split(largest ? x->value.max(dim) : x->value.min(dim), values, indices); });
}

ct_tensor *ct_reshape(const ct_tensor *x, const int64_t *shape, int rank) {
    return tensor([&] { return x->value.reshape(sizes(shape, rank)); });
}
ct_tensor *ct_permute(const ct_tensor *x, const int64_t *dims, int rank) {
    return tensor([&] { return x->value.permute(sizes(dims, rank)); });
}
ct_tensor *ct_transpose(const ct_tensor *x, int a, int b) {
    return tensor([&] { return x->value.transpose(a, b); });
}
ct_tensor *ct_expand(const ct_tensor *x, const int64_t *shape, int rank) {
    return tensor([&] { return x->value.expand(sizes(shape, rank)); });
}
ct_tensor *ct_unsqueeze(const ct_tensor *x, int dim) {
    return tensor([&] { return x->value.unsqueeze(dim); });
}
ct_tensor *ct_squeeze(const ct_tensor *x, int dim) {
    return tensor([&] { return x->value.squeeze(dim); });
}
ct_tensor *ct_narrow(const ct_tensor *x, int dim, int64_t start, int64_t length) {
    return tensor([&] { return x->value.narrow(dim, start, length); });
}
ct_tensor *ct_select(const ct_tensor *x, int dim, int64_t index) {
    return tensor([&] { return x->value.select(dim, index); });
}
int ct_unbind(const ct_tensor *x, int dim, ct_tensor **slices, int count) {
    return status([&] {
        auto parts = x->value.unbind(dim);
        TORCH_CHECK(parts.size() == static_cast<size_t>(count), "a dimension of ", parts.size(), " was split into ", count);
        for (int i = 0; i < count; i++) slices[i] = new ct_tensor{parts[i]};
    });
}
ct_tensor *ct_index_select(const ct_tensor *x, int dim, const ct_tensor *index) {
    return tensor([&] { return x->value.index_select(dim, index->value); });
}
ct_tensor *ct_gather(const ct_tensor *x, int dim, const ct_tensor *index) {
    return tensor([&] { return x->value.gather(dim, index->value); });
}
ct_tensor *ct_index_pairs(const ct_tensor *x, const ct_tensor *rows, const ct_tensor *columns) {
    return tensor([&] { return x->value.index({rows->value, columns->value}); });
}
ct_tensor *ct_sum_rows_by_index(const ct_tensor *x, const ct_tensor *index, int64_t rows) {
    return tensor([&] {
        return at::zeros({rows, x->value.size(1)}, x->value.options()).index_add(0, index->value, x->value);
    });
}
ct_tensor *ct_cat(ct_tensor *const *tensors, int count, int dim) {
    return tensor([&] { return at::cat(list(tensors, count), dim); });
}
ct_tensor *ct_stack(ct_tensor *const *tensors, int count, int dim) {
    return tensor([&] { return at::stack(list(tensors, count), dim); });
}

int ct_resize_u8(
    const uint8_t *source, int64_t height, int64_t width, int64_t row_stride, uint8_t *destination,
    int64_t out_height, int64_t out_width, bool is_bilinear) {
    return status([&] {
        c10::InferenceMode inference;
        // HWC bytes seen as a channels-last NCHW image: libtorch has a vectorised kernel for that layout.
        auto options = at::TensorOptions(at::kByte);
        auto input = at::from_blob(
            const_cast<uint8_t *>(source), {1, 3, height, width}, {height * row_stride, 1, row_stride, 3}, options);
        if (row_stride != width * 3) input = input.contiguous(at::MemoryFormat::ChannelsLast);
        std::vector<int64_t> size{out_height, out_width};
        auto output = (is_bilinear ? at::_upsample_bilinear2d_aa(input, size, /*align_corners=*/false)
                                   : at::_upsample_bicubic2d_aa(input, size, /*align_corners=*/false))
                          .contiguous(at::MemoryFormat::ChannelsLast);
        memcpy(destination, output.data_ptr(), output.nbytes());
    });
}

}  // extern "C"
