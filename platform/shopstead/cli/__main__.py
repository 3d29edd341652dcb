import sys

from shopstead.cli import main

sys.exit(main())
