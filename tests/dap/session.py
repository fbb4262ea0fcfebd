"""A session of the debugger with a client that others have written: the package dap-python of PyPI.

It checks every message by the types of the protocol, so that what an editor may rely on is told by
somebody else than this repository. BASILECT is the program.
"""

import os
import re
import socket
import subprocess
import tempfile
import time

from dap import Client
from dap.base import Request

SCRIPT = """total = 0
FOR EACH n IN [1, 2, 3]
    total = total + twice(n)
NEXT n
HEAR name WITH "Your name?"
TALK name + " " + total

FUNCTION twice(x)
    y = x * 2
    RETURN y
END FUNCTION
"""


class Session:
    """What the client sends and gets, until something that is waited for has come."""

    def __init__(self, port):
        self.client = Client("basilect", client_id="test")
        # Version 0.5 differs from the protocol in two places: it looks for an answer inside the
        # body of answers that have none, such as that to `launch`, and wants texts for the numbers
        # of breakpoints. All else is checked as it comes.
        handler = self.client.handler
        answered, happened = handler.handle_response, handler.handle_event

        def response(answer):
            return answer if answer.success and answer.body is None else answered(answer)

        def event(one):
            ids = (one.body or {}).get("hitBreakpointIds")
            if ids is not None:
                one.body["hitBreakpointIds"] = [str(number) for number in ids]
            return happened(one)

        handler.handle_response, handler.handle_event = response, event
        self.line = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.seen = []

    def wait(self, kind):
        """The next message of a type of the client, by its name; those before it are kept."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            for at, message in enumerate(self.seen):
                if type(message).__name__ == kind:
                    return self.seen.pop(at)
            waiting = self.client.send()
            if waiting:
                self.line.sendall(waiting)
            data = self.line.recv(65536)
            assert data, f"the debugger hung up while waiting for {kind}; seen {self.seen}"
            self.seen += list(self.client.receive(data))
        raise AssertionError(f"no {kind}; seen {self.seen}")


def stopped(session, line, reason):
    event = session.wait("StoppedEvent")
    assert event.reason == reason, event
    session.client.stack_trace(thread_id=event.threadId)
    frames = session.wait("StackTraceResponse").stackFrames
    assert frames[0].line == line, (frames[0], line)
    return frames


def talk(port, folder):
    session = Session(port)
    client = session.client
    assert session.wait("Initialized").supportsRestartFrame
    script = os.path.join(folder, "shop.bas")
    client.send_request("launch", {"bot": script})
    session.wait("InitializedEvent")
    client.set_breakpoints(
        source={"path": script}, breakpoints=[{"line": 10, "hitCondition": "% 2"}]
    )
    points = session.wait("SetBreakpointsResponse").breakpoints
    assert points[0].verified and points[0].line == 10, points
    client.configuration_done()
    frames = stopped(session, 10, "breakpoint")
    client.scopes(frame_id=frames[0].id)
    scope = session.wait("ScopesResponse").scopes[0]
    client.variables(variables_reference=scope.variablesReference)
    values = {one.name: one.value for one in session.wait("VariablesResponse").variables}
    assert values == {"x": "2", "y": "4"}, values
    client.evaluate("x + y", frame_id=frames[0].id)
    assert session.wait("EvaluateResponse").result == "6"
    client.set_variable(scope.variablesReference, "x", "10")
    session.wait("SetVariableResponse")
    client.restart_frame(frames[0].id)
    stopped(session, 9, "step")
    client.step_out(thread_id=1)
    stopped(session, 2, "step")
    client.evaluate("total")
    assert session.wait("EvaluateResponse").result == "22"
    client.set_breakpoints(source={"path": script}, breakpoints=[])
    client.continue_(thread_id=1)
    session.wait("Continued")
    said = ""
    while "waits for an answer" not in said:
        said += session.wait("OutputEvent").output
    client.evaluate("Ada", context="repl")
    while "Ada 28" not in said:
        said += session.wait("OutputEvent").output
    session.wait("TerminatedEvent")
    assert not [one for one in session.seen if isinstance(one, Request)], session.seen
    client.disconnect()
    session.line.sendall(client.send())
    return said


def main():
    with tempfile.TemporaryDirectory(prefix="basilect-dap-") as folder:
        with open(os.path.join(folder, "shop.bas"), "w", encoding="utf-8") as script:
            script.write(SCRIPT)
        command = [os.environ["BASILECT"], "dap", "--listen", "127.0.0.1:0"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            port = None
            while port is None:
                line = server.stdout.readline()
                assert line, "the debugger ended"
                found = re.search(r"127\.0\.0\.1:(\d+)", line)
                port = int(found.group(1)) if found else None
            print(talk(port, folder))
        finally:
            server.kill()
            server.wait()
    print("a session with another client: passed")


if __name__ == "__main__":
    main()
