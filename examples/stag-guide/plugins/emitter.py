"""Makes a signal of its own and emits it."""

ANSWER = 42


def register_plugin(site):
    mysignal = site.signals.register_signal("mysignal", args=("pages_no", "answer"))

    def emit():
        mysignal.emit(len(site.pages), ANSWER)

    site.signals.processors_finished.connect(emit)
