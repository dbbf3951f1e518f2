"""usage: server.py FOLDER PORT-FILE LOG

Serves FOLDER on a port of the loopback, written to PORT-FILE. The first word of
a path says how: /ok/name is the file as it should come; every other word is a
way to misbehave, with all files but config.json. Each request is a line of LOG. Ends with its standard input.
"""

import http.server
import os
import sys
import threading

folder, port_file, log_name = sys.argv[1:]
seen = {}
lock = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def head(self, status, headers):
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def first_byte(self, data, etag):
        wanted = self.headers.get("Range", "")
        same = self.headers.get("If-Range", etag) == etag
        if not wanted.startswith("bytes=") or not same:
            return 0
        return min(int(wanted[6:].split("-")[0]), len(data))

    def file(self, data, etag, first=None, length=None, send=None):
        """As it should come, unless told otherwise."""
        if first is None:
            first = self.first_byte(data, etag)
        headers = {"Content-Length": len(data) - first}
        if length is not None:
            headers["Content-Length"] = length
        if etag:
            headers["ETag"] = etag
        if first:
            headers["Content-Range"] = "bytes %d-%d/%d" % (
                first, len(data) - 1, len(data))
        self.head(206 if first else 200, headers)
        self.wfile.write(data[first:] if send is None else send)

    def redirect(self, to):
        self.head(302, {"Location": to, "Content-Length": 0})

    def do_GET(self):
        way, name = self.path[1:].split("/", 1)
        if name == "config.json":
            way = "ok"
        with lock:
            count = seen[self.path] = seen.get(self.path, 0) + 1
            with open(log_name, "a") as log:
                log.write("%s %s %s\n" % (
                    self.path, self.headers.get("Range", "-"),
                    "if-range" if self.headers.get("If-Range") else "-"))
        try:
            with open(os.path.join(folder, os.path.basename(name)), "rb") as f:
                data = f.read()
        except OSError:
            data = None
        if data is None and way not in ("hop", "loop"):
            self.head(404, {"Content-Length": 0})
            return
        try:
            getattr(self, "way_" + way)(data, name, count)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def way_ok(self, data, name, count):
        self.file(data, '"one"')

    def way_weak(self, data, name, count):
        self.file(data, 'W/"one"')

    def way_cut(self, data, name, count):
        """Half of what is left, and then no more."""
        first = self.first_byte(data, '"one"')
        half = max((len(data) - first) // 2, 1000)
        self.file(data, '"one"', send=data[first:first + half])

    def way_gone(self, data, name, count):
        """A beginning, and from then on nothing at all."""
        if count == 1:
            self.file(data, '"one"', send=data[:1000])
        self.close_connection = True

    def way_stall(self, data, name, count):
        """Silent after a beginning, until the other side gives up."""
        if count > 1:
            return self.file(data, '"one"')
        self.file(data, '"one"', send=data[:1500])
        self.wfile.flush()
        self.rfile.read(1)

    def way_long(self, data, name, count):
        self.file(data + b"0123456789", None)

    def way_short(self, data, name, count):
        self.file(data[:-10], None)

    def way_endless(self, data, name, count):
        self.head(200, {})
        self.wfile.write(data)
        while True:
            self.wfile.write(b"more" * 1000)

    def way_early(self, data, name, count):
        """No length, and an end that looks like one."""
        self.head(200, {"ETag": '"one"'})
        self.wfile.write(data[:2000])

    def way_wrong(self, data, name, count):
        middle = len(data) // 2
        self.file(data[:middle] + b"?" + data[middle + 1:], None)

    def way_norange(self, data, name, count):
        """The first time cut, then all of it whatever was asked for."""
        if count == 1:
            self.file(data, '"one"', first=0, send=data[:1000])
        else:
            self.file(data, '"one"', first=0)

    def way_otherpart(self, data, name, count):
        if count == 1:
            return self.file(data, '"one"', send=data[:1000])
        self.head(206, {"Content-Range": "bytes 500-%d/%d" % (
            len(data) - 1, len(data)), "Content-Length": len(data) - 500})
        self.wfile.write(data[500:])

    def way_changed(self, data, name, count):
        """Another file the first time; its end does not fit the new one."""
        if count == 1:
            self.file(data, '"old"', send=b"x" * 1000)
        else:
            self.file(data, '"new"')

    def way_liar(self, data, name, count):
        """As above, but the part is sent although the file is another."""
        if count == 1:
            return self.file(data, '"old"', send=b"x" * 1000)
        if self.headers.get("If-Range"):
            self.headers.replace_header("If-Range", '"new"')
        self.file(data, '"new"')

    def way_page(self, data, name, count):
        self.head(200, {"Content-Type": "text/html"})
        self.wfile.write(b"<html>please log in</html>")

    def way_loop(self, data, name, count):
        self.redirect(self.path)

    def way_hop(self, data, name, count):
        """/hop/3/name leads to /hop/2/name and so on, then to /ok/name."""
        left, rest = name.split("/", 1)
        if int(left) <= 1:
            self.redirect("/ok/" + rest)
        else:
            self.redirect("/hop/%d/%s" % (int(left) - 1, rest))

    def way_tofile(self, data, name, count):
        self.redirect("file:///etc/passwd")

    def way_toftp(self, data, name, count):
        self.redirect("ftp://127.0.0.1/x")

    def way_403(self, data, name, count):
        self.head(403, {"Content-Length": 0})

    def way_503(self, data, name, count):
        self.head(503, {"Content-Length": 5})
        self.wfile.write(b"later")

    def way_mute(self, data, name, count):
        self.close_connection = True


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
with open(port_file + ".new", "w") as f:
    f.write("%d\n" % server.server_address[1])
os.rename(port_file + ".new", port_file)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
