// TorchScript: a module made from source text and tensors, saved for PyTorch to load.
#include "CTorch.h"

#include "Boundary.h"

#include <ATen/core/List.h>
#include <ATen/core/jit_type.h>
#include <torch/csrc/jit/api/module.h>

extern "C" {

int ct_script_save(
    const char *source, const char *const *names, ct_tensor *const *tensors, int count, const char *const *texts,
    int text_count, const char *texts_name, const char *path) {
    return ctorch::status([&] {
        torch::jit::Module module("Module");
        for (int i = 0; i < count; i++) module.register_buffer(names[i], tensors[i]->value.contiguous());
        c10::List<std::string> list;
        for (int i = 0; i < text_count; i++) list.push_back(texts[i]);
        module.register_attribute(texts_name, c10::ListType::ofStrings(), list);
        module.define(source);
        module.eval();
        module.save(path);
    });
}

}  // extern "C"
