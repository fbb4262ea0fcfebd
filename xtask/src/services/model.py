"""Serves a model with llama.cpp's own HTTP server: model.py LIBRARY WEIGHTS NAME PORT"""

import sys
import threading

library, weights, name, port = sys.argv[1:]
sys.path.insert(0, library)
import xllamacpp  # noqa: E402  (it lies in the library folder)

params = xllamacpp.CommonParams()
params.model.path = weights
params.model_alias = {name}
params.hostnames = ["127.0.0.1"]
params.port = int(port)
params.n_ctx = 2048
params.n_gpu_layers = 0
params.cpuparams.n_threads = 2
params.use_jinja = True
server = xllamacpp.Server(params)
threading.Event().wait()
