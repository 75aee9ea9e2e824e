extension BrokenFileTests {
    static let syntax: [Broken] = [
        Broken(
            #"""
            tocsin: 1
            title: t
            host:
              links:
                - { name: eth0, addresses: [a, ::1/128] }

            """#,
            "5:36: error: not YAML: did not find expected node content; an IPv6 address that begins or ends with : needs quotes inside { } and [ ]"
        ),
        Broken(
            #"""
            tocsin: 1
            title: a
            title: b
            steps: []

            """#,
            "2:1: error: a scenario needs `steps`",
            "3:1: error: `title` is written twice"),
        Broken(
            #"""
            tocsin: 1
            host: { sysfs: writable, sysfs: writable }
            "title": a
            "title": b

            """#,
            "2:26: error: `sysfs` is written twice",
            "3:1: error: a scenario needs `steps`",
            "4:1: error: `title` is written twice"),
        Broken(
            #"""
            tocsin: 1
            title: &x t

            """#,
            "2:1: error: a scenario needs `steps`",
            "2:8: error: anchors and aliases are not part of the format; a pattern that begins with * or & needs quotes"
        ),
        Broken(
            #"""
            tocsin: 1
            title: *x

            """#,
            "2:8: error: anchors and aliases are not part of the format; a pattern that begins with * or & needs quotes"
        ),
        Broken(
            faulty + #"""
                  - { before: { link.set: * }, do: { kill: process } }

                """#,
            "13:28: error: not YAML: did not find expected alphabetic or numeric character; a pattern that begins with * or & needs quotes"
        ),
        Broken(
            faulty + #"""
                  - { before: { link.set: a }, do: { fail: EPERM, message: no: way } }

                """#,
            "13:62: error: not YAML: did not find expected ',' or '}'; a text with `: ` in it needs quotes"),
        Broken(
            faulty + #"""
                  - { before: { link.set: a }, do: { fail: ${x} } }

                """#,
            "13:45: error: not YAML: did not find expected ',' or '}'; a variable is $(NAME)"),
        Broken(
            faulty + #"""
                  - { before: { link.set: @a }, do: { fail: EPERM } }

                """#,
            "13:27: error: not YAML: found character that cannot start any token; a text that begins with @ ` or % needs quotes"
        ),
        Broken(
            faulty + "\t- a\n",
            "13:1: error: not YAML: found character that cannot start any token; YAML is indented with spaces"),
        Broken(
            "",
            "1:1: error: the file is empty"),
        Broken(
            #"""
            - a

            """#,
            "1:1: error: a scenario is a map of keys"),
        Broken(
            #"""
            tocsin: 1
            ---
            tocsin: 1

            """#,
            "2:1: error: not YAML: found another document"),
        Broken(
            #"""
            tocsin: 1
            title: !x t

            """#,
            "2:1: error: a scenario needs `steps`",
            "2:8: error: tags are not part of the format; a text that begins with ! needs quotes"),
        Broken(
            #"""
            tocsin: 1
            title: !!str t
            agents: { a: { commands: { b: { run: !!seq [echo, "!", x] } } } }
            steps: [{ run: b }]

            """#,
            "2:8: error: tags are not part of the format; a text that begins with ! needs quotes",
            "3:38: error: tags are not part of the format; a text that begins with ! needs quotes"),
        Broken(
            "\u{FEFF}tocsin: 1\ntitle: a\n",
            "2:1: error: a scenario needs `steps`"),
        Broken(
            #"""
            tocsin: 1
            title: "a

            """#,
            "3:1: error: not YAML: found unexpected end of stream"),
        Broken(
            #"""
            tocsin: 1
            ? [a]
            : b

            """#,
            "2:3: error: a key is a text"),
        Broken(
            "tocsin: 1\ntitle: a\u{1}b\n",
            "2:9: error: not YAML: control characters are not allowed"),
    ]
}
