// Which of libtorch's devices the interface's numbers mean.
#pragma once

#include <c10/core/Device.h>

namespace ctorch {

/// CUDA; or the device that a library plugged into libtorch in its place, which is what libtorch calls PrivateUse1.
c10::DeviceType accelerator();

/// The CPU for CT_CPU, the accelerator's device of that index otherwise.
c10::Device device(int index);

}  // namespace ctorch
