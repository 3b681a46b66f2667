"""Scores of scikit-learn's networks on the data beside this file, for scikit_learn_test.go: python3 scikit_learn.py > scikit_learn.json

The data are scikit-learn's own (load_iris, load_digits, load_diabetes), written as CSV.
"""

import csv
import json
import warnings

import numpy as np
import sklearn
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")  # that the training has not converged
cases = []
for name, epochs, hidden in ("iris", 200, 16), ("digits", 50, 64), ("diabetes", 200, 16):
    rows = list(csv.reader(open(name + ".csv")))[1:]
    x = StandardScaler().fit_transform(np.array([row[:-1] for row in rows], dtype=float))
    y = np.array([row[-1] for row in rows])
    for activation in "logistic", "relu":
        scores = []
        for seed in range(1, 11):
            train_x, test_x, train_y, test_y = train_test_split(x, y, test_size=0.25, random_state=42)
            model = MLPClassifier
            if name == "diabetes":
                model = MLPRegressor
                train_y, test_y = train_y.astype(float), test_y.astype(float)
                test_y = (test_y - train_y.mean()) / train_y.std()
                train_y = (train_y - train_y.mean()) / train_y.std()
            net = model((hidden,), activation=activation, solver="sgd", alpha=0, batch_size=64, learning_rate_init=0.1, momentum=0,
                        nesterovs_momentum=False, max_iter=epochs, n_iter_no_change=epochs, tol=0, random_state=seed)
            scores.append(net.fit(train_x, train_y).score(test_x, test_y))
        cases.append({"data": name, "activation": {"logistic": "sigmoid"}.get(activation, activation), "epochs": epochs, "hidden": hidden, "scores": scores})
print(json.dumps({"scikit-learn": sklearn.__version__, "cases": cases}, indent=1))
