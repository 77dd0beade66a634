"""Makes a randomly initialised CLIP of ViT-B/32's shape, to measure speed and memory with.

usage: make_random_checkpoint.py OUTPUT_DIR [TOKENIZER_DIR]     (TOKENIZER_DIR: demo/checkpoint unless given)

Needs torch and transformers. The tokenizer is the demonstration's: class prompts of a data set are a little longer in its
tokens than in CLIP's own, and its vocabulary is a part of the table of 49,408 rows.
"""
import json
import shutil
import sys

import torch
from transformers import CLIPConfig, CLIPModel

output = sys.argv[1]
tokenizer = sys.argv[2] if len(sys.argv) > 2 else "demo/checkpoint"
vocabulary = json.load(open(f"{tokenizer}/vocab.json"))
torch.manual_seed(0)
config = CLIPConfig()
config.text_config.bos_token_id = vocabulary["<|startoftext|>"]
config.text_config.eos_token_id = vocabulary["<|endoftext|>"]
model = CLIPModel(config)
model.logit_scale.data.fill_(4.6052)
model.save_pretrained(output)
for name in ("vocab.json", "merges.txt"):
    shutil.copy(f"{tokenizer}/{name}", output)
