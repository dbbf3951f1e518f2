# A thin front door; the work is Meson's. `make help` lists the targets.

BUILD ?= build
DEPS = tools/deps
NINJA = ninja -C $(BUILD)

all: $(BUILD)/build.ninja
	@$(NINJA)

$(BUILD)/build.ninja: meson.build meson_options.txt
	@$(DEPS) build
	@test -f $@ || meson setup $(BUILD) --buildtype=debugoptimized

demo: all
	@tools/demo $(BUILD)

test: all
	@$(DEPS) test
	@meson test -C $(BUILD) --print-errorlogs --no-suite slow

bench: all
	@$(DEPS) bench
	@bench/run $(BUILD)

lint: all
	@$(DEPS) lint
	@tools/lint

install: all
	@meson install -C $(BUILD)

clean:
	@rm -rf $(BUILD) demo

help:
	@echo "make          build the program and the library"
	@echo "make demo     make sample pictures and finish them"
	@echo "make test     run the whole test suite"
	@echo "make bench    measure; bench/peers compares with other programs"
	@echo "make lint     check style, layers, spelling, scripts"
	@echo "make install  install (DESTDIR and meson's prefix are honoured)"
	@echo "make clean    remove what was built"

.PHONY: all demo test bench lint install clean help
