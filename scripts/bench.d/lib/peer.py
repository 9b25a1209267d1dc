# SPDX-License-Identifier: GPL-2.0
"""What somebody would take instead: what all peers have in common."""

import rig


class Peer:
    """Begins with start(), ends with stop(), which also follows a failed start()."""

    def start(self):
        raise NotImplementedError

    def stop(self):
        raise NotImplementedError

    def check(self, packets):
        """Raises Failed unless it saw so many, as far as that can be told."""

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        rig.settle()


def counted(seen, packets):
    if seen != packets:
        raise rig.Failed("it counted %d of %d packets" % (seen, packets))
