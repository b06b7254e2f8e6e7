"""`python -m registry.proofs.conformance`."""

import sys

from registry.proofs.conformance import main

sys.exit(main())
