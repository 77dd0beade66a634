import Methods
import Vocabulary

/// The texts of an export.
enum ExportText {
    /// How Pillow opens a file as the model's own images were read.
    private static func opened(_ path: String, _ orientation: Orientation) -> String {
        orientation == .upright ? "ImageOps.exif_transpose(Image.open(\(path)))" : "Image.open(\(path))"
    }

    static func readme(
        classCount: Int, imageSize: Int, modality: Modality, checkpoint: String, orientation: Orientation
    ) -> String {
        """
        # A CLIP adapted with CAP

        A classifier of \(classCount) classes, listed in `classes.json`, for images of \(imageSize) x \(imageSize) pixels. It is the
        CLIP of `\(checkpoint)`, unchanged\(modality == .none ? "" : ", with learned prompts"). Two ways to use it, which give the same predictions:

        **TorchScript.** `classifier.pt` holds everything, the names of the classes included, and needs PyTorch alone; Pillow
        is one way to open an image:

        ```python
        import torch
        from PIL import Image, ImageOps

        model = torch.jit.load("classifier.pt")
        image = \(opened("\"cat.jpg\"", orientation)).convert("RGB")
        pixels = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8).reshape(image.height, image.width, 3)
        probabilities = model(model.view(pixels)[None])[0]   # of every class; several images: torch.stack their views
        print(model.classes[probabilities.argmax()], probabilities.max().item())
        ```

        **Hugging Face's layout.** `config.json`, `model.safetensors` and the tokenizer are the frozen CLIP as
        `transformers.CLIPModel.from_pretrained` reads it. `prompts.safetensors` holds what was learned:

        | tensor | shape | |
        |---|---|---|
        \(tensors(modality).joined(separator: "\n"))

        The class prompts and the logit scale are in its metadata. `model.py` puts both together in PyTorch alone, to read and to
        build on; `python model.py cat.jpg` prints the same as the lines above.

        """
    }

    /// A line for each tensor that was learned, and for those that follow from them.
    private static func tensors(_ modality: Modality) -> [String] {
        let features = "| `text_features` | classes, dim | the normalised features of the class prompts |"
        switch modality {
        case .none: return [features]
        case .text:
            return ["| `text_context` | context, text width | the first words of the class prompts |", features]
        case .visual:
            return [
                "| `visual_context` | context, vision width | tokens beside the patches of an image |",
                "| `vision_prompts` | 1, context, vision width | the same |", features,
            ]
        case .multimodal, .multimodalJoint:
            return [
                "| `text_context`, `visual_context` | context, width of either side | what the tokens of both sides are made of |",
                "| the others | | the transformer block of UPT between them |",
                "| `vision_prompts` | 1, context, vision width | the tokens beside the patches of an image that come of it |",
                features,
            ]
        case .maple:
            return [
                "| `text_context` | context, text width | takes the place of the first words of the class prompts |",
                "| `deep_text` | layers, context, text width | takes their place before the second block and the following |",
                "| `projection_weight`, `projection_bias` | blocks, vision width, (text width) | from text to image prompts |",
                "| `vision_prompts` | blocks, context, vision width | the image prompts that follow from them |", features,
            ]
        }
    }

    static func python(_ orientation: Orientation) -> String {
        #"""
        """A CLIP adapted with CAP, in PyTorch alone: `python model.py IMAGE...`, or `AdaptedCLIP(folder)` from your code.

        Reads config.json, model.safetensors, prompts.safetensors and classes.json beside this file. Prompts of images enter
        the vision transformer as in VPT (Jia et al., ECCV 2022), behind the patches before the first layer norm, and where they
        are deep as in MaPLe (Khattak et al., CVPR 2023), in the place of what became of them before each of the following
        prompted blocks.
        """

        import json
        import os
        import struct
        import sys

        import torch
        import torch.nn.functional as F


        def read_safetensors(path):
            """The tensors of a file and its metadata."""
            types = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
            with open(path, "rb") as file:
                header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
                data = bytearray(file.read())
            metadata = header.pop("__metadata__", {})
            tensors = {}
            for name, entry in header.items():
                start, end = entry["data_offsets"]
                if end > start:
                    flat = torch.frombuffer(data, dtype=torch.uint8, offset=start, count=end - start)
                    tensors[name] = flat.clone().view(types[entry["dtype"]]).reshape(entry["shape"]).float()
            return tensors, metadata


        class AdaptedCLIP:
            def __init__(self, folder=os.path.dirname(os.path.abspath(__file__))):
                with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
                    self.config = json.load(file)["vision_config"]
                with open(os.path.join(folder, "classes.json"), encoding="utf-8") as file:
                    self.classes = json.load(file)
                self.weights, _ = read_safetensors(os.path.join(folder, "model.safetensors"))
                prompts, metadata = read_safetensors(os.path.join(folder, "prompts.safetensors"))
                # Models that learned the words alone have no prompts for images.
                self.prompts, self.text_features = prompts.get("vision_prompts", []), prompts["text_features"]
                self.logit_scale = float(metadata["logit_scale"])
                self.mean = [0.48145466, 0.4578275, 0.40821073]
                self.std = [0.26862954, 0.26130258, 0.27577711]
                preprocessor = os.path.join(folder, "preprocessor_config.json")
                if os.path.exists(preprocessor):
                    with open(preprocessor, encoding="utf-8") as file:
                        settings = json.load(file)
                    self.mean = settings.get("image_mean", self.mean)
                    self.std = settings.get("image_std", self.std)

            def norm(self, x, name):
                name = "vision_model." + name
                width, epsilon = (x.shape[-1],), self.config.get("layer_norm_eps", 1e-5)
                return F.layer_norm(x, width, self.weights[name + ".weight"], self.weights[name + ".bias"], epsilon)

            def linear(self, x, name):
                name = "vision_model." + name
                return F.linear(x, self.weights[name + ".weight"], self.weights[name + ".bias"])

            def block(self, x, name):
                heads = self.config["num_attention_heads"]
                y = self.norm(x, name + ".layer_norm1")
                query, key, value = (
                    self.linear(y, f"{name}.self_attn.{part}_proj").unflatten(2, (heads, -1)).transpose(1, 2)
                    for part in "qkv")
                y = F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2)
                x = x + self.linear(y, name + ".self_attn.out_proj")
                y = self.linear(self.norm(x, name + ".layer_norm2"), name + ".mlp.fc1")
                y = y * torch.sigmoid(1.702 * y) if self.config["hidden_act"] == "quick_gelu" else F.gelu(y)
                return x + self.linear(y, name + ".mlp.fc2")

            def view(self, image):
                """The model's view of an image, uint8 [height, width, 3]: bicubic to the shorter side, the central square."""
                size, (height, width) = self.config["image_size"], image.shape[:2]
                shorter = min(height, width)
                height, width = size * height // shorter, size * width // shorter
                if image.shape[:2] != (height, width):
                    image = F.interpolate(
                        image.permute(2, 0, 1)[None], (height, width), mode="bicubic", antialias=True)[0].permute(1, 2, 0)
                top, left = round((height - size) / 2), round((width - size) / 2)
                return image[top:top + size, left:left + size]

            def features(self, images):
                """The normalised features of views, uint8 [images, size, size, 3]."""
                x = (images / 255 - torch.tensor(self.mean)) / torch.tensor(self.std)
                embeddings = "vision_model.embeddings."
                kernel = self.weights[embeddings + "patch_embedding.weight"]
                x = F.conv2d(x.permute(0, 3, 1, 2), kernel, stride=kernel.shape[-1]).flatten(2).transpose(1, 2)
                x = torch.cat([self.weights[embeddings + "class_embedding"].expand(len(x), 1, -1), x], 1)
                x = x + self.weights[embeddings + "position_embedding.weight"]
                tokens = x.shape[1]
                if len(self.prompts) > 0:
                    x = torch.cat([x, self.prompts[0].expand(len(x), -1, -1)], 1)
                x = self.norm(x, "pre_layrnorm")
                for i in range(self.config["num_hidden_layers"]):
                    if 0 < i < len(self.prompts):
                        x = torch.cat([x[:, :tokens], self.prompts[i].expand(len(x), -1, -1)], 1)
                    x = self.block(x, f"encoder.layers.{i}")
                return F.normalize(F.linear(self.norm(x[:, 0], "post_layernorm"), self.weights["visual_projection.weight"]))

            @torch.no_grad()
            def __call__(self, images):
                """The probability of every class, [images, classes], of views, uint8 [images, size, size, 3]."""
                return (self.logit_scale * self.features(images) @ self.text_features.T).softmax(1)


        if __name__ == "__main__":
            from PIL import Image, ImageOps

            model = AdaptedCLIP()
            for path in sys.argv[1:]:
                image = \#(opened("path", orientation)).convert("RGB")
                pixels = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8)
                probabilities = model(model.view(pixels.reshape(image.height, image.width, 3))[None])[0]
                best = probabilities.argmax()
                print(path, model.classes[best], f"{probabilities[best].item():.4f}", sep="\t")

        """#
    }
}
