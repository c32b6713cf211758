// SPDX-License-Identifier: Apache-2.0

/// The files of a new plugin in C.
struct CPackageTemplate {
    let name: PluginName
    /// The text of the header that plugins are written against.
    let header: String

    /// The files, by their paths.
    var files: [(path: String, text: String)] {
        [
            ("plugin.c", CPluginTemplate(name: name).plugin),
            ("test.c", CPluginTemplate(name: name).test),
            ("include/backplane/plugin.h", header),
            ("Makefile", makefile),
            ("services.yaml", ServicesTemplate(name: name, folders: "[build]").text),
            ("README.md", readme),
            (".gitignore", "build/\n.backplane/\n"),
        ]
    }

    private var makefile: String {
        """
        CFLAGS ?= -O2 -g
        FLAGS := -std=c11 -Wall -Wextra -Iinclude $(CFLAGS)

        .PHONY: build test clean

        build: build/lib\(name.type).so

        # The library keeps its symbols to itself, so that plugins that bundle the same ones get along.
        build/lib\(name.type).so: plugin.c include/backplane/plugin.h
        \t@mkdir -p build
        \t$(CC) $(FLAGS) -shared -fPIC -fvisibility=hidden -Wl,-Bsymbolic -o $@ plugin.c

        test: build
        \t$(CC) $(FLAGS) -o build/test test.c -ldl
        \tbuild/test build/lib\(name.type).so

        clean:
        \trm -rf build

        """
    }

    private var readme: String {
        """
        # \(name.type)

        A Backplane plugin in C. It needs nothing but `include/backplane/plugin.h`, which is also its
        documentation.

        ```sh
        make                   # builds build/lib\(name.type).so
        make test              # opens it and calls it, without a host
        backplane run          # mounts it as services.yaml says
        backplane call \(name.service).greet '"world"'
        ```

        After a change: `make`, then `backplane restart \(name.service)`.

        """
    }
}
