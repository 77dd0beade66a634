"""The divergence that scikit-learn's exact t-SNE ends at on the points of TSNETests; needs numpy and scikit-learn."""

import numpy as np
from sklearn.manifold import TSNE

count, state = 90, 1
points = np.zeros((count, 12), dtype=np.float32)
for point in range(count):
    for axis in range(12):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        points[point, axis] = (state >> 40) / 2**24 + (2 if axis % 3 == point % 3 else 0)
tsne = TSNE(2, perplexity=10, method="exact", init="pca", random_state=1)
tsne.fit_transform(points)
print(tsne.kl_divergence_)
