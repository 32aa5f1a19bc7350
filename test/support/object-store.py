"""OpenStack Swift with its S3 interface, whole in one process: object-store.py FOLDER PORT [conditional].

It ends with whoever started it: their end of its standard input closes, however they died.

Swift keeps `If-None-Match: *` of old; releases before 2.36 refuse it at their S3 door with 501. "conditional" opens that door.
"""
import os
import sys

import eventlet

eventlet.monkey_patch()

from eventlet import hubs, wsgi
from swift.common import storage_policy, utils
from swift.common.middleware.s3api import s3request
from swift.common.ring import RingBuilder
from swift.common.wsgi import loadapp

folder, port = sys.argv[1], int(sys.argv[2])
kinds = ("account", "container", "object")


class Memory:
    """What Swift asks of memcached, for one process."""

    def __init__(self):
        self.kept = {}

    def get(self, key, *_rest, **_options):
        return self.kept.get(key)

    def set(self, key, value, *_rest, **_options):
        self.kept[key] = value

    def delete(self, key, *_rest, **_options):
        self.kept.pop(key, None)

    def incr(self, key, delta=1, *_rest, **_options):
        self.kept[key] = self.kept.get(key, 0) + delta
        return self.kept[key]


def write(name, *lines):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")
    return path


def open_the_door():
    validate = s3request.S3Request._validate_headers

    def validate_the_rest(request):
        condition = request.environ.pop("HTTP_IF_NONE_MATCH", None)
        validate(request)
        if condition is not None:
            request.environ["HTTP_IF_NONE_MATCH"] = condition

    s3request.S3Request._validate_headers = validate_the_rest


def end_with_the_starter():
    hubs.trampoline(sys.stdin.fileno(), read=True)
    os._exit(0)


def remembering(app, memory):
    def answer(env, start_response):
        env["swift.cache"] = memory
        return app(env, start_response)

    return answer


os.makedirs(os.path.join(folder, "devices", "disk"), exist_ok=True)
utils.SWIFT_CONF_FILE = write("swift.conf", "[swift-hash]", "swift_hash_path_suffix = tests", "[storage-policy:0]", "name = one", "default = yes")
utils.validate_hash_conf()
storage_policy.reload_storage_policies()

common = ["[DEFAULT]", f"swift_dir = {folder}", f"devices = {folder}/devices", "mount_check = false", "fallocate_reserve = 0", "disable_fallocate = true"]
listeners = {"proxy": eventlet.listen(("127.0.0.1", port))}
for kind in kinds:
    listeners[kind] = eventlet.listen(("127.0.0.1", 0))
    ring = RingBuilder(4, 1, 1)
    ring.add_dev({"id": 0, "region": 1, "zone": 1, "weight": 1, "ip": "127.0.0.1", "port": listeners[kind].getsockname()[1], "device": "disk", "meta": ""})
    ring.rebalance()
    ring.get_ring().save(os.path.join(folder, kind + ".ring.gz"))
    write(kind + ".conf", *common, "[pipeline:main]", f"pipeline = {kind}-server", f"[app:{kind}-server]", f"use = egg:swift#{kind}")

filters = ["catch_errors", "gatekeeper", "listing_formats", "s3api", "tempauth", "copy", "slo"]
settings = {"s3api": ["allow_multipart_uploads = true"], "tempauth": ["user_console_vault = secret .admin"]}
write(
    "proxy.conf", *common,
    "[pipeline:main]", f"pipeline = {' '.join(filters)} proxy-server",
    "[app:proxy-server]", "use = egg:swift#proxy", "account_autocreate = true",
    *[line for name in filters for line in (f"[filter:{name}]", f"use = egg:swift#{name}", *settings.get(name, []))],
)

if "conditional" in sys.argv[3:]:
    open_the_door()
pool = eventlet.GreenPool(500)
memory = Memory()
quiet = open(os.devnull, "w")
for kind in (*kinds, "proxy"):
    app = loadapp(os.path.join(folder, kind + ".conf"), global_conf={"log_level": "CRITICAL"})
    pool.spawn(wsgi.server, listeners[kind], remembering(app, memory), quiet)
pool.spawn(end_with_the_starter)
print("ready", flush=True)
pool.waitall()
