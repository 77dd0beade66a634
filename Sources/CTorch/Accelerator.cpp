// The device beside the CPU: how it computes, its memory, and copies that nothing waits for.
#include "CTorch.h"

#include "Boundary.h"
#include "Device.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <array>
#include <cstdlib>
#include <dlfcn.h>
#include <memory>
#include <mutex>
#include <string>

namespace ctorch {

c10::DeviceType accelerator() { return at::isPrivateUse1HooksRegistered() ? at::kPrivateUse1 : at::kCUDA; }

c10::Device device(int index) {
    return index == CT_CPU ? at::Device(at::kCPU) : at::Device(accelerator(), static_cast<c10::DeviceIndex>(index));
}

}  // namespace ctorch

using namespace ctorch;

/// A copy from the device to the host that is under way.
struct ct_download {
    /// In memory that the device writes to itself.
    at::Tensor host;
    /// None where it was there from the beginning.
    std::optional<c10::Event> done;
};

namespace {

c10::impl::VirtualGuardImpl guard_of(const c10::Device &device) { return c10::impl::VirtualGuardImpl(device.type()); }

/// A stream of the device beside the one that computes, for what is uploaded meanwhile.
c10::Stream upload_stream(const c10::Device &device) {
    constexpr int most = 64;
    static std::array<std::once_flag, most> made;
    static std::array<std::optional<c10::Stream>, most> streams;
    TORCH_CHECK(device.index() >= 0 && device.index() < most, "there is no device ", device);
    std::call_once(made[device.index()], [&] { streams[device.index()] = guard_of(device).getStreamFromGlobalPool(device); });
    return *streams[device.index()];
}

/// What a function of the driver's libraries writes into a text; empty without such a library.
template <typename Call>
std::string driver_text(const char *library, Call call) {
    void *handle = dlopen(library, RTLD_LAZY | RTLD_LOCAL);
    if (!handle) return "";
    char text[256] = "";
    bool told = call(handle, text, static_cast<int>(sizeof text));
    dlclose(handle);
    return told ? text : "";
}

template <typename Function>
Function symbol(void *handle, const char *name) {
    return reinterpret_cast<Function>(dlsym(handle, name));
}

}  // namespace

extern "C" {

int ct_device_count(void) {
    if (accelerator() == at::kPrivateUse1) return at::detail::getPrivateUse1Hooks().deviceCount();
    return at::hasCUDA() ? at::detail::getCUDAHooks().getNumGPUs() : 0;
}

int ct_begin_device(int index, bool tf32) {
    return status([&] {
        // cuBLAS needs workspaces of its own for sums in an order that does not change, and is told so by the environment.
        setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
        auto &context = at::globalContext();
        context.setDeterministicAlgorithms(true, /*warn_only=*/false);
        // What is not written is not read: filling it would be a kernel for every tensor.
        context.setDeterministicFillUninitializedMemory(false);
        context.setAllowTF32CuBLAS(tf32);
        context.setAllowTF32CuDNN(tf32);
        context.setSDPUseCuDNN(false);
        // Not the default stream, which cannot be recorded.
        auto guard = guard_of(device(index));
        guard.setDevice(device(index));
        guard.exchangeStream(guard.getStreamFromGlobalPool(device(index)));
    });
}

int ct_use_device(int index) {
    return status([&] { guard_of(device(index)).setDevice(device(index)); });
}

int ct_synchronize(int index) {
    return status([&] { guard_of(device(index)).synchronizeDevice(index); });
}

const char *ct_device_name(int index) {
    static thread_local std::string name;
    name = driver_text("libcuda.so.1", [&](void *driver, char *text, int room) {
        auto get = symbol<int (*)(int *, int)>(driver, "cuDeviceGet");
        auto get_name = symbol<int (*)(char *, int, int)>(driver, "cuDeviceGetName");
        int number = 0;
        return get && get_name && get(&number, index) == 0 && get_name(text, room, number) == 0;
    });
    return name.c_str();
}

const char *ct_driver_version(void) {
    static thread_local std::string version;
    version = driver_text("libnvidia-ml.so.1", [](void *library, char *text, int room) {
        auto begin = symbol<int (*)()>(library, "nvmlInit_v2");
        auto get = symbol<int (*)(char *, unsigned)>(library, "nvmlSystemGetDriverVersion");
        return begin && get && begin() == 0 && get(text, static_cast<unsigned>(room)) == 0;
    });
    return version.c_str();
}

int64_t ct_device_peak(int index) {
    int64_t peak = 0;
    int failed = status([&] {
        if (accelerator() != at::kCUDA) return;
        auto stats = c10::getDeviceAllocator(at::kCUDA)->getDeviceStats(static_cast<c10::DeviceIndex>(index));
        constexpr auto all = static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE);
        peak = stats.allocated_bytes[all].peak;
    });
    return failed ? -1 : peak;
}

ct_tensor *ct_empty_pinned(int dtype, const int64_t *shape, int rank) {
    return tensor([&] {
        auto options = at::TensorOptions(scalar_type(dtype)).pinned_memory(true);
        return at::empty({shape, static_cast<size_t>(rank)}, options);
    });
}

void *ct_elements(ct_tensor *t) {
    static char none;
    void *elements = nullptr;
    int failed = status([&] {
        TORCH_CHECK(t->value.is_cpu() && t->value.is_contiguous(), "only a contiguous tensor on the CPU can be written in place");
        elements = t->value.numel() ? t->value.data_ptr() : &none;
    });
    return failed ? nullptr : elements;
}

ct_tensor *ct_to_device(const ct_tensor *t, int index) {
    return tensor([&] {
        auto where = device(index);
        // What is small goes by way of memory that the device reads by itself, so that nobody waits until it has.
        constexpr size_t small = 4 << 20;
        if (where.is_cpu() || !t->value.is_cpu() || t->value.nbytes() > small) return t->value.to(where);
        auto staged = at::empty(t->value.sizes(), t->value.options().pinned_memory(true));
        staged.copy_(t->value.detach());
        return staged.to(where, /*non_blocking=*/true);
    });
}

ct_tensor *ct_upload(const ct_tensor *t, int index) {
    return tensor([&] {
        auto where = device(index);
        if (where.is_cpu() || !t->value.is_cpu()) return t->value.to(where);
        auto guard = guard_of(where);
        auto computing = guard.getStream(where);
        at::Tensor there;
        c10::Event arrived(where.type());
        {
            c10::StreamGuard beside(upload_stream(where));
            there = t->value.to(where, /*non_blocking=*/true);
            arrived.record(beside.current_stream());
        }
        arrived.block(computing);
        // So that its memory is not handed out while the computation still reads it.
        there.record_stream(computing);
        return there;
    });
}

ct_download *ct_begin_download(const ct_tensor *t) {
    ct_download *download = nullptr;
    status([&] {
        auto source = t->value.detach().contiguous();
        auto where = source.device();
        if (where.is_cpu()) {
            download = new ct_download{source, {}};
            return;
        }
        auto host = at::empty(source.sizes(), source.options().device(at::kCPU).pinned_memory(true));
        host.copy_(source, /*non_blocking=*/true);
        c10::Event done(where.type());
        done.record(guard_of(where).getStream(where));
        download = new ct_download{host, std::move(done)};
    });
    return download;
}

ct_tensor *ct_finish_download(ct_download *download) {
    std::unique_ptr<ct_download> owned(download);
    return tensor([&] {
        if (owned->done) owned->done->synchronize();
        return owned->host;
    });
}

void ct_free_download(ct_download *download) { delete download; }

}  // extern "C"
