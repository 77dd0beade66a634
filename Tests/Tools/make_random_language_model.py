"""A Llama of random weights with a byte-level tokenizer, small enough to be made in seconds, for an OpenAI-compatible server.

    python3 make_random_language_model.py FOLDER TEXT
    transformers serve FOLDER --host 127.0.0.1 --port 8000 --device cpu

TEXT is any file to learn the tokenizer's merges from. Needs torch, transformers and tokenizers; downloads nothing.
"""

import sys

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast, set_seed

folder, text = sys.argv[1:]
set_seed(1)
bytes_ = Tokenizer(models.BPE())
bytes_.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
bytes_.decoder = decoders.ByteLevel()
trainer = trainers.BpeTrainer(
    vocab_size=600, special_tokens=["<s>", "</s>", "<pad>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
with open(text) as lines:
    bytes_.train_from_iterator(lines.read().splitlines(), trainer)
tokenizer = PreTrainedTokenizerFast(tokenizer_object=bytes_, bos_token="<s>", eos_token="</s>", pad_token="<pad>")
tokenizer.chat_template = (
    "{% for message in messages %}<s>{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}assistant:")
model = LlamaForCausalLM(
    LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=4, max_position_embeddings=512, bos_token_id=0, eos_token_id=1, pad_token_id=2))
model.save_pretrained(folder)
tokenizer.save_pretrained(folder)
