# How the contract fuzzer signs each request in. Setting a PIN wants an elevated session, which is good for one change: a
# one-time code is asked for and read off the cardholder's phone, which only Practice shows.

import json
import os
import urllib.request

import schemathesis

BASE_URL, TOKEN, APPLICATION_ID, USER_ID = (
    os.environ["PRACTICE_" + name] for name in ("BASE_URL", "TOKEN", "APPLICATION_ID", "USER_ID")
)


def ask(method, path, body=None):
    headers = {"Authorization": f"Bearer {TOKEN}", "x-application-id": APPLICATION_ID, "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE_URL + path, method=method, headers=headers, data=data)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["data"]


@schemathesis.auth(refresh_interval=None)
class SignIn:
    def get(self, case, context):
        if not case.path.endswith("/pin"):
            return TOKEN
        wanted = {"email": ask("GET", f"/users/{USER_ID}")["username"], "purpose": "pin_change"}
        ask("POST", "/users/auth/otp", wanted)
        code = ask("GET", "/practice/phone")[0]["code"]
        return ask("PUT", "/users/auth/otp", {**wanted, "otp": code})["accessToken"]

    def set(self, case, token, context):
        case.headers["Authorization"] = f"Bearer {token}"
