// Work that a CUDA device is given once and does again as a whole: a CUDA graph.
#include "CTorch.h"

#include "Boundary.h"
#include "Device.h"

#include <ATen/ATen.h>

// CUDA's own headers come with its runtime, not with libtorch.
#if __has_include(<cuda_runtime_api.h>)
#include <ATen/cuda/CUDAGraph.h>
#define CT_RECORDS 1
#endif

using namespace ctorch;

#ifdef CT_RECORDS
struct ct_recording {
    at::cuda::CUDAGraph graph;
};
#else
struct ct_recording {};
#endif

extern "C" {

bool ct_can_record(void) {
#ifdef CT_RECORDS
    return accelerator() == at::kCUDA && at::hasCUDA();
#else
    return false;
#endif
}

ct_recording *ct_begin_recording(void) {
    ct_recording *recording = nullptr;
    status([&] {
#ifdef CT_RECORDS
        auto made = std::make_unique<ct_recording>();
        made->graph.capture_begin();
        recording = made.release();
#else
        TORCH_CHECK(false, "CAP was built without CUDA's headers");
#endif
    });
    return recording;
}

int ct_end_recording(ct_recording *recording) {
    return status([&] {
#ifdef CT_RECORDS
        recording->graph.capture_end();
#endif
    });
}

int ct_replay(ct_recording *recording) {
    return status([&] {
#ifdef CT_RECORDS
        recording->graph.replay();
#endif
    });
}

void ct_free_recording(ct_recording *recording) { delete recording; }

}  // extern "C"
