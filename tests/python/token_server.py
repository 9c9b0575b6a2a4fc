"""A token endpoint over TLS for tests: OAuth 2.0 client credentials (RFC 6749, 4.4), as Microsoft and others speak it.

Usage: token_server.py CERTIFICATE KEY LOG ANSWER...   prints its port, then answers one request after another by ANSWER:
`token:SECONDS` gives out `token-N`, `NUMBER` is a status with no sense in it, `denied` is an `invalid_client`, `drop` closes
the line. The last answer repeats. Every request's form goes to LOG, a JSON object a line.
"""
import http.server
import json
import ssl
import sys
import urllib.parse

certificate, key, log, *answers = sys.argv[1:]
count = 0


class Endpoint(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        global count
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        with open(log, "a") as lines:
            lines.write(json.dumps({name: value[0] for name, value in form.items()}) + "\n")
        answer = answers[min(count, len(answers) - 1)]
        count += 1
        kind, _, seconds = answer.partition(":")
        if kind == "drop":
            self.close_connection = True
            return
        if kind == "token":
            status, body = 200, {"access_token": f"token-{count}", "expires_in": int(seconds), "token_type": "Bearer"}
        elif kind == "denied":
            status, body = 401, {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret"}
        else:
            status, body = int(kind), "no sense in it"
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
