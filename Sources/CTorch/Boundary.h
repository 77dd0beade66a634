// What the C++ behind the C interface shares: the tensor's box, and exceptions that end at the boundary.
#pragma once

#include <ATen/core/Tensor.h>

#include <exception>
#include <string>

struct ct_tensor {
    at::Tensor value;
};

namespace ctorch {

/// libtorch's name of one of the interface's element types.
at::ScalarType scalar_type(int dtype);

inline thread_local std::string last_error;

/// The first sentence of a libtorch message: what follows is a C++ stack, of no use to the reader.
inline void remember(const char *what) {
    last_error = what;
    auto end = last_error.find('\n');
    if (end != std::string::npos) last_error.resize(end);
}

template <typename Body>
ct_tensor *tensor(Body body) {
    try {
        return new ct_tensor{body()};
    } catch (const std::exception &e) {
        remember(e.what());
    } catch (...) {
        remember("unknown C++ exception");
    }
    return nullptr;
}

template <typename Body>
int status(Body body) {
    try {
        body();
        return 0;
    } catch (const std::exception &e) {
        remember(e.what());
    } catch (...) {
        remember("unknown C++ exception");
    }
    return -1;
}

}  // namespace ctorch
