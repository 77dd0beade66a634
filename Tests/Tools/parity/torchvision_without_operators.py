"""Lets torchvision's Python parts be imported where its compiled operators do not fit the installed torch.

PyPI's torchvision is built for CUDA and does not load beside a CPU torch; transforms and open_clip need none of its operators,
only that the schemas of two exist when it is imported.
"""
import torch

try:
    import torchvision  # noqa: F401
except RuntimeError:
    library = torch.library.Library("torchvision", "DEF")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
