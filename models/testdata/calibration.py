"""What scikit-learn says of probabilities, for confusion_test.go: python3 calibration.py > calibration.json"""

import json

import numpy as np
from sklearn.metrics import balanced_accuracy_score, brier_score_loss, confusion_matrix

rng = np.random.default_rng(7)
cases = []
for classes in 2, 3, 12:
    rows = 200
    z = rng.normal(size=(rows, classes)) * 2
    y = np.argmax(z + rng.normal(size=z.shape) * 2, axis=1)
    y[y == classes - 1] = 0 if classes == 12 else classes - 1  # a class without rows
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    predicted = p.argmax(axis=1)
    confidence, right = p.max(axis=1), predicted == y
    bins = np.minimum((confidence * 10).astype(int), 9)
    error = sum(np.mean(bins == b) * abs(right[bins == b].mean() - confidence[bins == b].mean()) for b in np.unique(bins))
    brier = brier_score_loss(y, p[:, 1]) if classes == 2 else np.mean(np.sum((p - np.eye(classes)[y]) ** 2, axis=1))
    cases.append({
        "z": z.ravel().tolist(), "y": y.tolist(), "classes": classes, "brier": brier, "expected_error": error,
        "confusion": confusion_matrix(y, predicted, labels=range(classes)).tolist(),
        "balanced_accuracy": balanced_accuracy_score(y, predicted),
        "counts": np.bincount(bins, minlength=10).tolist(),
    })
print(json.dumps(cases))
