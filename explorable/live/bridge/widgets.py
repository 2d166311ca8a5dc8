"""ipywidgets without a Jupyter kernel: their messages go to the page and come back from it."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Callable

import comm
from comm.base_comm import BaseComm, CommManager

VIEW = "application/vnd.jupyter.widget-view+json"
os.environ.setdefault(
    "JUPYTER_WIDGETS_ECHO", "0"
)  # echoes are for several front ends of one kernel; here they would only delay sliders


class Comms:
    """All open comms; ``send`` posts one message (a dictionary) to the page."""

    def __init__(self, send: Callable[[dict], None]):
        self.manager = CommManager()

        class PageComm(BaseComm):
            def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
                send(
                    {
                        "type": "comm",
                        "msg_type": msg_type,
                        "comm_id": self.comm_id,
                        "target_name": keys.get("target_name"),
                        "data": data or {},
                        "metadata": metadata or {},
                        "buffers": [base64.b64encode(part).decode() for part in buffers or []],
                    }
                )

        comm.create_comm = PageComm
        comm.get_comm_manager = lambda: self.manager

    def receive(self, message: dict) -> None:
        """Hand a message of the page to its widget; one for a widget that is gone is dropped."""
        found = self.manager.comms.get(message["comm_id"])
        if found is None:
            return
        if message["msg_type"] == "comm_close":
            found.handle_close(message)
        else:
            buffers = [memoryview(base64.b64decode(part)) for part in message.get("buffers", [])]
            found.handle_msg(
                {
                    "content": {"comm_id": message["comm_id"], "data": message["data"]},
                    "metadata": {},
                    "buffers": buffers,
                }
            )


class Captures:
    """Output widgets that are being filled (``with output:``), the innermost last."""

    def __init__(self, show_error: Callable):
        self.stack: list = []
        self.show_error = show_error
        self.patched = False

    def watch(self) -> None:
        """Teach Output widgets to be filled without a kernel, once ipywidgets is there."""
        if self.patched or "ipywidgets" not in sys.modules:
            return
        from ipywidgets import Output

        self.patched, captures = True, self

        def enter(widget):
            captures.stack.append(widget)
            return widget

        def leave(widget, kind, problem, trace):
            if problem is not None:
                captures.show_error(problem)
            captures.stack.pop()
            return problem is not None  # shown here, and so not raised again, as in Jupyter

        def clear(widget, *args, wait=False):
            captures.clear(wait=wait or bool(args and args[0]), widget=widget)

        Output.__enter__, Output.__exit__, Output.clear_output = enter, leave, clear

    def take(self, output: dict) -> bool:
        """Put an output into the innermost Output widget; say whether there was one."""
        if not self.stack:
            return False
        widget = self.stack[-1]
        before = () if getattr(widget, "clear_before_next", False) else widget.outputs
        widget.clear_before_next = False
        last = before[-1] if before else None
        if last and last["output_type"] == output["output_type"] == "stream" and last["name"] == output["name"]:
            before, output = before[:-1], {**output, "text": last["text"] + output["text"]}
        widget.outputs = (*before, output)
        return True

    def clear(self, wait: bool, widget=None) -> bool:
        widget = widget or (self.stack[-1] if self.stack else None)
        if widget is None:
            return False
        widget.clear_before_next = wait
        if not wait:
            widget.outputs = ()
        return True
