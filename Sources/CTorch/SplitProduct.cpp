#include "SplitProduct.h"

#include "CTorch.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/native/CPUBlas.h>
#include <ATen/record_function.h>

#include <algorithm>
#include <bit>

namespace ctorch {

namespace {

namespace blas = at::native::cpublas;

thread_local bool is_split = false;

/// Columns of a tile, which the kernels take their second factor by, its rows in pairs; rows of a tile, and how many products of a
/// sum are made at a time, so that what a tile reads stays in a core's second cache.
constexpr int64_t columns_at_once = 64, rows_at_once = 64, terms_at_once = 512;

/// The nearest number of bfloat16, and the nearest to what is left.
struct Halves {
    uint16_t upper, lower;

    explicit Halves(float number) {
        upper = rounded(number);
        lower = rounded(number - std::bit_cast<float>(static_cast<uint32_t>(upper) << 16));
    }

    static uint16_t rounded(float number) {
        auto bits = std::bit_cast<uint32_t>(number);
        return static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }
};

uint16_t *elements(const at::Tensor &t) { return static_cast<uint16_t *>(t.data_ptr()); }
const at::BFloat16 *numbers(const uint16_t *elements) { return reinterpret_cast<const at::BFloat16 *>(elements); }

/// Both halves of a matrix, [2, rows, width].
at::Tensor split(const at::Tensor &x) {
    auto halves = at::empty({2, x.size(0), x.size(1)}, x.options().dtype(at::kBFloat16));
    auto *from = x.const_data_ptr<float>();
    auto *upper = elements(halves), *lower = upper + x.numel();
    at::parallel_for(0, x.numel(), 1 << 15, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; i++) {
            Halves number(from[i]);
            upper[i] = number.upper;
            lower[i] = number.lower;
        }
    });
    return halves;
}

/// Both halves of a weight as the kernels read it: [2, blocks of columns, width / 2, columns of a block, 2], with zeros behind the last
/// column.
at::Tensor split_packed(const at::Tensor &weight) {
    auto count = weight.size(0), width = weight.size(1);
    auto blocks = (count + columns_at_once - 1) / columns_at_once;
    auto halves = at::empty({2, blocks, width / 2, columns_at_once, 2}, weight.options().dtype(at::kBFloat16));
    auto *from = weight.const_data_ptr<float>();
    auto of_column = weight.stride(0), of_term = weight.stride(1);
    auto *upper = elements(halves), *lower = upper + halves.numel() / 2;
    at::parallel_for(0, blocks, 1, [&](int64_t begin, int64_t end) {
        for (int64_t block = begin; block < end; block++) {
            auto first = block * columns_at_once, there = std::min(columns_at_once, count - first);
            for (int64_t pair = 0; pair < width / 2; pair++) {
                auto place = (block * (width / 2) + pair) * columns_at_once * 2;
                for (int64_t column = 0; column < there; column++) {
                    for (int64_t term = 0; term < 2; term++) {
                        Halves number(from[(first + column) * of_column + (2 * pair + term) * of_term]);
                        upper[place + 2 * column + term] = number.upper;
                        lower[place + 2 * column + term] = number.lower;
                    }
                }
                std::fill(upper + place + 2 * there, upper + place + 2 * columns_at_once, 0);
                std::fill(lower + place + 2 * there, lower + place + 2 * columns_at_once, 0);
            }
        }
    });
    return halves;
}

}  // namespace

bool splits_products() { return is_split; }

at::Tensor split_linear(const at::Tensor &x, const at::Tensor &weight, const c10::optional<at::Tensor> &bias) {
    RECORD_FUNCTION("ctorch::split_linear", std::vector<c10::IValue>({x, weight}));
    auto count = weight.size(0), width = weight.size(1);
    auto matrix = x.reshape({-1, width}).contiguous();
    auto rows = matrix.size(0);
    auto left = split(matrix), right = split_packed(weight);
    auto product = at::empty({rows, count}, x.options());
    auto *x1 = elements(left), *x2 = x1 + matrix.numel();
    auto *w1 = elements(right), *w2 = w1 + right.numel() / 2;
    auto *to = product.mutable_data_ptr<float>();
    auto offset = bias ? bias->contiguous() : at::Tensor();
    auto *added = bias ? offset.const_data_ptr<float>() : nullptr;
    auto row_blocks = (rows + rows_at_once - 1) / rows_at_once, column_blocks = right.size(1);
    at::parallel_for(0, row_blocks * column_blocks, 1, [&](int64_t begin, int64_t end) {
        for (int64_t tile = begin; tile < end; tile++) {
            auto row = tile / column_blocks * rows_at_once, block = tile % column_blocks, column = block * columns_at_once;
            auto height = std::min(rows_at_once, rows - row), breadth = std::min(columns_at_once, count - column);
            auto *out = to + row * count + column;
            for (int64_t term = 0; term < width; term += terms_at_once) {
                auto terms = std::min(terms_at_once, width - term);
                auto x_place = row * width + term, w_place = (block * width + term) * columns_at_once;
                auto add = [&](const uint16_t *x, const uint16_t *w, bool adds) {
                    blas::brgemm(
                        height, breadth, terms, width, columns_at_once, count, adds, numbers(x + x_place),
                        numbers(w + w_place), out);
                };
                // The small ones first.
                add(x1, w2, term > 0);
                add(x2, w1, true);
                add(x1, w1, true);
            }
            if (!added) continue;
            for (int64_t r = 0; r < height; r++)
                for (int64_t c = 0; c < breadth; c++) out[r * count + c] += added[column + c];
        }
        blas::brgemm_release();
    });
    auto shape = x.sizes().vec();
    shape.back() = count;
    return product.view(shape);
}

}  // namespace ctorch

void ct_split_products(bool on) { ctorch::is_split = on; }
bool ct_splits_products(void) { return ctorch::is_split; }
