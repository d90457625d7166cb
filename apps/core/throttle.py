"""How often somebody may try: counted per minute or so in the cache, which all processes share where Redis is set."""

import math
import time
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache


@dataclass(frozen=True, slots=True)
class Throttle:
    """``limit`` tries in each window of ``seconds``, for each key."""

    name: str
    limit: int
    seconds: int = 60

    def wait(self, key: str) -> int:
        """Count one try. The seconds to wait when it was one too many, else 0."""
        now = time.time()
        window = int(now // self.seconds)
        entry = f"throttle:{self.name}:{sha256(key.encode()).hexdigest()[:32]}:{window}"
        cache.add(entry, 0, timeout=2 * self.seconds)
        if cache.incr(entry) <= self.limit:
            return 0
        return math.ceil((window + 1) * self.seconds - now)
