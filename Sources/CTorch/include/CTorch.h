// A C interface to the part of libtorch that CAP uses.
//
// Every function that returns a tensor returns NULL on failure, every function that returns an int returns
// 0 on success and -1 on failure; ct_last_error() then says why. No C++ exception crosses this boundary.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ct_tensor ct_tensor;
/// A linear layer whose weights are laid out for products, and stay as they are.
typedef struct ct_packed_linear ct_packed_linear;

/// Element types. The values are this interface's own.
enum ct_dtype {
    CT_FLOAT32 = 0,
    CT_BFLOAT16 = 1,
    CT_FLOAT16 = 2,
    CT_INT64 = 3,
    CT_UINT8 = 4,
    CT_BOOL = 5,
    CT_FLOAT64 = 6,
    CT_INT32 = 7
};

/// Where a tensor lives: the CPU, or the accelerator's device with this index: CUDA's, or that of a library that is plugged into
/// libtorch.
enum { CT_CPU = -1 };

/// The message of the last failure on this thread.
const char *ct_last_error(void);
/// libtorch's version, such as "2.13.0".
const char *ct_version(void);
/// The CPU capability libtorch dispatches to, such as "AVX512".
const char *ct_cpu_capability(void);
int ct_set_threads(int count);
/// Has malloc keep what is freed for what is allocated next instead of giving it back to the system.
int ct_keep_freed_memory(void);
int ct_threads(void);
/// Whether this thread multiplies float32 with weights that are not trained by three products of bfloat16, on a CPU that has them.
void ct_split_products(bool on);
bool ct_splits_products(void);
/// Turns the counting of this thread's products of matrices and attention on or off; returns what it was.
bool ct_count_operations(bool on);
/// Floating-point operations counted on this thread so far.
int64_t ct_operations(void);
/// Begins to time this thread's operators, from nothing, or ends it.
void ct_profile_operators(bool on);
/// What was timed last, an operator at a time: seconds without what it called, bytes of operands and results, calls.
void ct_each_profiled(
    void *context, void (*visit)(void *context, const char *name, double seconds, int64_t bytes, int64_t calls));
/// Turns gradient recording on this thread on or off; returns what it was.
bool ct_set_gradients_enabled(bool enabled);

// The accelerator
int ct_device_count(void);
/// Readies a device for this thread to compute on: the same input gives the same bits, float32 is rounded to TF32 in products or
/// is not, and what follows is computed on a stream that can be recorded.
int ct_begin_device(int device, bool tf32);
/// Makes it the device that this thread's pinned memory belongs to.
int ct_use_device(int device);
/// Waits until the device has done everything that it was given.
int ct_synchronize(int device);
/// What the driver calls the device, and its own version; empty where there is none to ask.
const char *ct_device_name(int device);
const char *ct_driver_version(void);
/// The most bytes that tensors on the device had together; -1 on failure.
int64_t ct_device_peak(int device);
/// On the CPU, in memory that the device reads and writes by itself; its elements not yet written.
ct_tensor *ct_empty_pinned(int dtype, const int64_t *shape, int rank);
/// The elements of a contiguous tensor on the CPU, to be written; NULL is a failure.
void *ct_elements(ct_tensor *t);
/// The tensor on the device, beside what that computes; pinned memory is copied without anyone waiting for it.
ct_tensor *ct_upload(const ct_tensor *t, int device);
typedef struct ct_download ct_download;
/// Begins to copy a tensor to the host behind what its device was given so far. NULL on failure.
ct_download *ct_begin_download(const ct_tensor *t);
/// Waits for it, and frees it.
ct_tensor *ct_finish_download(ct_download *download);
void ct_free_download(ct_download *download);
typedef struct ct_recording ct_recording;
/// Whether the accelerator's work can be recorded and given to it again as a whole.
bool ct_can_record(void);
/// Records, instead of doing it, what the accelerator is given from here on. NULL on failure.
ct_recording *ct_begin_recording(void);
int ct_end_recording(ct_recording *recording);
int ct_replay(ct_recording *recording);
void ct_free_recording(ct_recording *recording);

// Creation and destruction
void ct_free(ct_tensor *t);
ct_tensor *ct_from_data(const void *data, size_t bytes, int dtype, const int64_t *shape, int rank);
/// On the CPU, its elements not yet written.
ct_tensor *ct_empty(int dtype, const int64_t *shape, int rank);
ct_tensor *ct_full(double value, int dtype, int device, const int64_t *shape, int rank);
ct_tensor *ct_arange(int64_t count, int dtype, int device);

// Looking inside
int ct_rank(const ct_tensor *t);
int64_t ct_size(const ct_tensor *t, int dim);
int ct_dtype_of(const ct_tensor *t);
int ct_device_of(const ct_tensor *t);
int ct_copy_out(const ct_tensor *t, int dtype, void *destination, size_t bytes);
const float *ct_float_elements(const ct_tensor *t);  // in place; NULL is a failure

// Conversion and autograd
ct_tensor *ct_to_dtype(const ct_tensor *t, int dtype);
ct_tensor *ct_to_device(const ct_tensor *t, int device);
ct_tensor *ct_contiguous(const ct_tensor *t);
ct_tensor *ct_clone(const ct_tensor *t);
ct_tensor *ct_detach(const ct_tensor *t);
bool ct_requires_grad(const ct_tensor *t);
int ct_set_requires_grad(ct_tensor *t, bool on);
/// The accumulated gradient; *found is false when there is none.
ct_tensor *ct_grad(const ct_tensor *t, bool *found);
int ct_clear_grad(ct_tensor *t);
/// Puts `gradient` in the place of what was accumulated.
int ct_set_grad(ct_tensor *t, const ct_tensor *gradient);
/// From a single number, or from `gradient` with respect to t.
int ct_backward(const ct_tensor *t, const ct_tensor *gradient_or_null);

// Arithmetic
ct_tensor *ct_add(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_sub(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_mul(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_div(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_add_scalar(const ct_tensor *a, double b);
ct_tensor *ct_mul_scalar(const ct_tensor *a, double b);
ct_tensor *ct_maximum(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_clamp_min(const ct_tensor *a, double low);
ct_tensor *ct_clamp_max(const ct_tensor *a, double high);
ct_tensor *ct_pow_scalar(const ct_tensor *a, double exponent);
ct_tensor *ct_exp(const ct_tensor *a);
ct_tensor *ct_log(const ct_tensor *a);
ct_tensor *ct_sqrt(const ct_tensor *a);
ct_tensor *ct_abs(const ct_tensor *a);
ct_tensor *ct_neg(const ct_tensor *a);
ct_tensor *ct_relu(const ct_tensor *a);
ct_tensor *ct_isfinite(const ct_tensor *a);
ct_tensor *ct_equal(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_greater_scalar(const ct_tensor *a, double b);
ct_tensor *ct_where(const ct_tensor *condition, const ct_tensor *a, const ct_tensor *b);
/// a += b · scale, in place, outside autograd.
int ct_add_in_place(ct_tensor *a, const ct_tensor *b, double scale);
int ct_mul_in_place(ct_tensor *a, double scale);
int ct_copy_in_place(ct_tensor *a, const ct_tensor *b);
/// a += b · c · scale, in place, outside autograd.
int ct_add_product_in_place(ct_tensor *a, const ct_tensor *b, const ct_tensor *c, double scale);
int ct_fill_in_place(ct_tensor *a, double value);
/// a[:, start ..< start+length, :] = b along dim, in place, outside autograd.
int ct_copy_into(ct_tensor *a, const ct_tensor *b, int dim, int64_t start);

// Linear algebra and layers
ct_tensor *ct_matmul(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_linear(const ct_tensor *x, const ct_tensor *weight, const ct_tensor *bias_or_null);
/// Whether a linear layer with this weight, which is not trained, is faster with its weights packed.
bool ct_packs_linear(const ct_tensor *weight);
/// NULL on failure.
ct_packed_linear *ct_pack_linear(const ct_tensor *weight, const ct_tensor *bias_or_null);
void ct_free_packed_linear(ct_packed_linear *layer);
ct_tensor *ct_apply_packed_linear(const ct_tensor *x, ct_packed_linear *layer);
ct_tensor *ct_layer_norm(const ct_tensor *x, const ct_tensor *weight, const ct_tensor *bias, double eps);
ct_tensor *ct_quick_gelu(const ct_tensor *x);
ct_tensor *ct_gelu(const ct_tensor *x);
ct_tensor *ct_silu(const ct_tensor *x);
/// mask: true where a query may see a key, or added to the scores, broadcast to [batch, heads, queries, keys]; not together with
/// causal.
ct_tensor *ct_attention(
    const ct_tensor *q, const ct_tensor *k, const ct_tensor *v, bool causal, const ct_tensor *mask_or_null);
ct_tensor *ct_softmax(const ct_tensor *x, int dim);
ct_tensor *ct_log_softmax(const ct_tensor *x, int dim);
ct_tensor *ct_embedding(const ct_tensor *weight, const ct_tensor *ids);

// Reductions
ct_tensor *ct_sum(const ct_tensor *x);
ct_tensor *ct_sum_dim(const ct_tensor *x, int dim, bool keepdim);
ct_tensor *ct_mean(const ct_tensor *x);
ct_tensor *ct_mean_dim(const ct_tensor *x, int dim, bool keepdim);
ct_tensor *ct_norm_dim(const ct_tensor *x, int dim, bool keepdim);
ct_tensor *ct_argmax(const ct_tensor *x, int dim);
/// Largest (or smallest) along dim with their positions.
int ct_extreme(const ct_tensor *x, int dim, bool largest, ct_tensor **values, ct_tensor **indices);

// Shape and selection
ct_tensor *ct_reshape(const ct_tensor *x, const int64_t *shape, int rank);
ct_tensor *ct_permute(const ct_tensor *x, const int64_t *dims, int rank);
ct_tensor *ct_transpose(const ct_tensor *x, int a, int b);
ct_tensor *ct_expand(const ct_tensor *x, const int64_t *shape, int rank);
ct_tensor *ct_unsqueeze(const ct_tensor *x, int dim);
ct_tensor *ct_squeeze(const ct_tensor *x, int dim);
ct_tensor *ct_narrow(const ct_tensor *x, int dim, int64_t start, int64_t length);
ct_tensor *ct_select(const ct_tensor *x, int dim, int64_t index);
/// The slices along dim, which disappears, as views; slices has room for as many as the dimension is long.
int ct_unbind(const ct_tensor *x, int dim, ct_tensor **slices, int count);
ct_tensor *ct_index_select(const ct_tensor *x, int dim, const ct_tensor *index);
ct_tensor *ct_gather(const ct_tensor *x, int dim, const ct_tensor *index);
/// x[rows[i], columns[i], …] for a tensor of rank 2 or more.
ct_tensor *ct_index_pairs(const ct_tensor *x, const ct_tensor *rows, const ct_tensor *columns);
/// zeros(rows, x.size(1)) with row index[i] += x[i].
ct_tensor *ct_sum_rows_by_index(const ct_tensor *x, const ct_tensor *index, int64_t rows);
ct_tensor *ct_cat(ct_tensor *const *tensors, int count, int dim);
ct_tensor *ct_stack(ct_tensor *const *tensors, int count, int dim);

// Images
/// Antialiased resize of uint8 pixels in row-major HWC order, as Pillow's BICUBIC or BILINEAR within two levels.
/// The source is a window of a larger image: row_stride is the distance of its rows in bytes.
int ct_resize_u8(
    const uint8_t *source, int64_t height, int64_t width, int64_t row_stride, uint8_t *destination,
    int64_t out_height, int64_t out_width, bool is_bilinear);

// Several processes
typedef struct ct_process_group ct_process_group;
/// Meets the other processes of `run` at an address that the first of them keeps, unless `is_served`. What waits for another waits for
/// `timeout` seconds at the most. NULL on failure.
ct_process_group *ct_join_processes(
    int rank, int size, const char *address, int port, bool is_served, const char *run, const char *interface_or_null,
    double timeout);
void ct_leave_processes(ct_process_group *group);
/// Whether tensors on GPUs go from one to another by NCCL; otherwise they go over the CPU.
bool ct_has_nccl(void);
/// The sum over all processes, in place: the same bits in each of them.
int ct_sum_over_processes(ct_process_group *group, ct_tensor *t);
/// Overwrites the elements by those of the process `from`.
int ct_broadcast(ct_process_group *group, ct_tensor *t, int from);
/// Every process's elements, of one shape in all of them: [processes, shape…].
ct_tensor *ct_gather_from_processes(ct_process_group *group, const ct_tensor *t);

// TorchScript
/// Saves a module for `torch.jit.load`: `source` defines its methods, `names` and `tensors` are its buffers, `texts`
/// an attribute of strings by the name `texts_name`.
int ct_script_save(
    const char *source, const char *const *names, ct_tensor *const *tensors, int count, const char *const *texts,
    int text_count, const char *texts_name, const char *path);

#ifdef __cplusplus
}
#endif
