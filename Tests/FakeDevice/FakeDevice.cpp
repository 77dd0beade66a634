// A device that is memory of the CPU and that libtorch takes for another one (PrivateUse1): an operation whose tensors are on two
// devices is refused, as CUDA refuses it, and what would have to wait for a GPU is counted. With this library loaded before the
// others (LD_PRELOAD), `--device cuda` computes on it, so that what a GPU needs is tested without one.
//
// FAKE_DEVICE_TALLY=FILE   writes there, at the end, how often each operation was done, and the most bytes that were taken at once: a
//                          number and a name a line
#include <ATen/ATen.h>
#include <ATen/EmptyTensor.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <ATen/native/CPUFallback.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/DeviceType.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/library.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <malloc.h>
#include <map>
#include <mutex>
#include <string>

namespace {

constexpr auto fake = c10::DeviceType::PrivateUse1;
constexpr int devices = 2;

// MARK: - What was done

struct Tally {
    std::mutex mutex;
    std::map<std::string, long> counts;
    long bytes = 0;

    void add(const std::string &name) {
        std::lock_guard lock(mutex);
        counts[name]++;
    }

    void taken(long more) {
        std::lock_guard lock(mutex);
        bytes += more;
        counts["bytes at most"] = std::max(counts["bytes at most"], bytes);
    }

    ~Tally() {
        const char *path = getenv("FAKE_DEVICE_TALLY");
        FILE *file = path ? fopen(path, "w") : nullptr;
        if (!file) return;
        for (auto &[name, count] : counts) fprintf(file, "%ld %s\n", count, name.c_str());
        fclose(file);
    }
} tally;

/// Whether an operation is being computed on the CPU in the device's place: the copies for that are none of the program's.
thread_local bool is_computing = false;

// MARK: - The device

thread_local c10::DeviceIndex current = 0;

struct Guard final : c10::impl::DeviceGuardImplInterface {
    c10::DeviceType type() const override { return fake; }
    c10::Device exchangeDevice(c10::Device device) const override {
        auto before = getDevice();
        current = device.index();
        return before;
    }
    c10::Device getDevice() const override { return {fake, current}; }
    void setDevice(c10::Device device) const override { current = device.index(); }
    void uncheckedSetDevice(c10::Device device) const noexcept override { current = device.index(); }
    c10::Stream getStream(c10::Device device) const override { return c10::Stream(c10::Stream::DEFAULT, device); }
    c10::Stream getDefaultStream(c10::Device device) const override { return getStream(device); }
    c10::Stream getStreamFromGlobalPool(c10::Device device, bool) const override { return getStream(device); }
    c10::Stream exchangeStream(c10::Stream stream) const override { return stream; }
    c10::DeviceIndex deviceCount() const noexcept override { return devices; }
    void destroyEvent(void *, const c10::DeviceIndex) const noexcept override {}
    void record(void **event, const c10::Stream &, const c10::DeviceIndex, const c10::EventFlag) const override {
        static char recorded;
        *event = &recorded;
    }
    void block(void *, const c10::Stream &) const override {}
    bool queryEvent(void *) const override { return true; }
    bool queryStream(const c10::Stream &) const override { return true; }
    void synchronizeStream(const c10::Stream &) const override { tally.add("wait"); }
    void synchronizeEvent(void *) const override { tally.add("wait for an event"); }
    void synchronizeDevice(const c10::DeviceIndex) const override { tally.add("wait for the device"); }
};
C10_REGISTER_GUARD_IMPL(PrivateUse1, Guard);

struct Hooks final : at::PrivateUse1HooksInterface {
    void init() const override {}
    bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
    bool isAvailable() const override { return true; }
    bool isBuilt() const override { return true; }
    c10::DeviceIndex deviceCount() const override { return devices; }
    c10::DeviceIndex getCurrentDevice() const override { return current; }
    c10::Allocator *getPinnedMemoryAllocator() const override { return c10::GetCPUAllocator(); }
    bool isPinnedPtr(const void *) const override { return false; }
} hooks;

struct Memory final : c10::Allocator {
    c10::DataPtr allocate(size_t bytes) override {
        void *p = bytes ? malloc(bytes) : nullptr;
        tally.taken(static_cast<long>(malloc_usable_size(p)));
        return {p, p, &release, c10::Device(fake, current)};
    }
    static void release(void *p) {
        tally.taken(-static_cast<long>(malloc_usable_size(p)));
        free(p);
    }
    c10::DeleterFnPtr raw_deleter() const override { return &release; }
    void copy_data(void *to, const void *from, std::size_t n) const override { memcpy(to, from, n); }
} memory;

[[gnu::constructor]] void begin() {
    c10::register_privateuse1_backend("fake");
    at::RegisterPrivateUse1HooksInterface(&hooks);
    c10::SetAllocator(fake, &memory);
}

// MARK: - Tensors

struct On {
    c10::DeviceIndex before = current;
    explicit On(std::optional<at::Device> device) { if (device && device->has_index()) current = device->index(); }
    ~On() { current = before; }
};

at::Tensor empty(
    c10::IntArrayRef size, std::optional<at::ScalarType> type, std::optional<at::Layout>, std::optional<at::Device> device,
    std::optional<bool>, std::optional<at::MemoryFormat> format) {
    On on(device);
    return at::detail::empty_generic(size, &memory, c10::DispatchKeySet(c10::DispatchKey::PrivateUse1), type.value_or(at::kFloat), format);
}

at::Tensor empty_strided(
    c10::IntArrayRef size, c10::IntArrayRef stride, std::optional<at::ScalarType> type, std::optional<at::Layout>,
    std::optional<at::Device> device, std::optional<bool>) {
    On on(device);
    return at::detail::empty_strided_generic(
        size, stride, &memory, c10::DispatchKeySet(c10::DispatchKey::PrivateUse1), type.value_or(at::kFloat));
}

/// The same memory as a tensor of the CPU.
at::Tensor on_cpu(const at::Tensor &t) {
    if (t.is_cpu()) return t;
    auto *start = static_cast<char *>(const_cast<void *>(t.storage().data())) + t.storage_offset() * t.itemsize();
    return at::from_blob(start, t.sizes(), t.strides(), [keep = t](void *) {}, t.options().device(at::kCPU));
}

at::Tensor copy_from(const at::Tensor &from, const at::Tensor &to, bool non_blocking) {
    if (!is_computing) {
        const char *way = from.is_cpu() ? "copy to the device" : to.is_cpu() ? "copy from the device" : "copy on the device";
        bool waits = !non_blocking && (from.is_cpu() || to.is_cpu());
        tally.add(std::string(way) + (waits ? ", waited for" : ""));
    }
    on_cpu(to).copy_(on_cpu(from));
    return to;
}

at::Tensor copy_from_and_resize(const at::Tensor &from, const at::Tensor &to) {
    if (to.sizes() != from.sizes()) const_cast<at::Tensor &>(to).resize_(from.sizes());
    return copy_from(from, to, false);
}

const at::Tensor &resize(const at::Tensor &t, c10::IntArrayRef size, std::optional<at::MemoryFormat>) {
    size_t bytes = t.dtype().itemsize();
    for (auto n : size) bytes *= n;
    auto storage = t.unsafeGetTensorImpl()->unsafe_storage().unsafeGetStorageImpl();
    if (storage->nbytes() < bytes) {
        storage->set_data_ptr_noswap(memory.allocate(bytes));
        storage->set_nbytes(bytes);
    }
    t.unsafeGetTensorImpl()->set_sizes_contiguous(size);
    return t;
}

at::Scalar local_scalar(const at::Tensor &t) {
    tally.add("copy from the device, waited for");
    return on_cpu(t).item();
}

at::Tensor strided_view(const at::Tensor &t, c10::IntArrayRef size, c10::IntArrayRef stride, std::optional<int64_t> offset) {
    auto out = at::detail::make_tensor<c10::TensorImpl>(c10::TensorImpl::VIEW, c10::Storage(t.storage()), t.key_set(), t.dtype());
    out.unsafeGetTensorImpl()->set_storage_offset(offset.value_or(t.storage_offset()));
    out.unsafeGetTensorImpl()->set_sizes_and_strides(size, stride);
    return out;
}

at::Tensor view(const at::Tensor &t, c10::IntArrayRef size) {
    auto shaped = at::empty_strided(t.sizes(), t.strides(), t.options().device(at::kMeta)).view(size);
    return strided_view(t, shaped.sizes(), shaped.strides(), t.storage_offset());
}

at::Tensor reshape_alias(const at::Tensor &t, c10::IntArrayRef size, c10::IntArrayRef stride) {
    return strided_view(t, size, stride, t.storage_offset());
}

void record_stream(at::Tensor &, at::Stream) {}

/// Everything else, on the CPU.
void fallback(const c10::OperatorHandle &op, torch::jit::Stack *stack) {
    auto name = op.schema().name();
    std::optional<c10::Device> device;
    bool host = false;
    auto see = [&](const at::Tensor &t) {
        if (!t.defined()) return;
        if (t.is_cpu()) {
            host |= t.dim() > 0;
        } else {
            TORCH_CHECK(!device || *device == t.device(), "Expected all tensors to be on the same device: ", name);
            device = t.device();
        }
    };
    for (auto &value : torch::jit::last(*stack, op.schema().arguments().size())) {
        if (value.isTensor()) {
            see(value.toTensor());
        } else if (value.isTensorList()) {
            for (const at::Tensor &t : value.toTensorVector()) see(t);
        } else if (value.isOptionalTensorList()) {
            for (const std::optional<at::Tensor> &t : value.toOptionalTensorVector()) if (t) see(*t);
        }
    }
    TORCH_CHECK(!device || !host, "Expected all tensors to be on the same device: ", name);
    // What tells how many there are of something has to be waited for.
    if (name == "aten::nonzero" || name == "aten::masked_select" || name.find("unique") != std::string::npos)
        tally.add("copy from the device, waited for");
    tally.add(name);
    bool before = is_computing;
    is_computing = true;
    On on(device);
    try {
        at::native::cpu_fallback(op, stack);
    } catch (...) {
        is_computing = before;
        throw;
    }
    is_computing = before;
}

}  // namespace

TORCH_LIBRARY_IMPL(aten, PrivateUse1, m) {
    m.impl("empty.memory_format", empty);
    m.impl("empty_strided", empty_strided);
    m.impl("_copy_from", copy_from);
    m.impl("_copy_from_and_resize", copy_from_and_resize);
    m.impl("resize_", resize);
    m.impl("_local_scalar_dense", local_scalar);
    m.impl("as_strided", strided_view);
    m.impl("view", view);
    m.impl("_reshape_alias", reshape_alias);
    m.impl("record_stream", record_stream);
}

TORCH_LIBRARY_IMPL(_, PrivateUse1, m) { m.fallback(torch::CppFunction::makeFromBoxedFunction<&fallback>()); }
