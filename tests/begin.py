"""The moment at which the sandbox's clock begins in tests: none depends on the hour at which it runs.

To try another moment: `ALONGSIDE_TESTS_BEGIN=2031-03-29T16:00Z make test`.
"""

import os
from datetime import datetime

BEGIN = datetime.fromisoformat(os.environ.get("ALONGSIDE_TESTS_BEGIN", "2031-01-08T09:00Z"))
