package main

import (
	"fmt"
	"io"
	"regexp"
	"strings"
)

// help is what a program says of itself with -help.
type help struct {
	name     string
	commands []command
	options  []option
	notes    []string // what comes after the options, line by line
}

// command is another use of the program: "verify DIR...", what it does.
type command struct{ word, arguments, usage string }

// option is a flag: "root", "DIR", what it means.
type option struct{ name, value, usage string }

// readHelp understands the text that settings writes for -help.
func readHelp(name, text string) (help, error) {
	h := help{name: name}
	use := regexp.MustCompile(`^ +` + regexp.QuoteMeta(name) + ` ([a-z]+)((?: \S+)*?)  +(.*)$`)
	flag := regexp.MustCompile(`^  -([a-z-]+)(?: ([A-Z]+))?  +(.+)$`)
	wide := regexp.MustCompile(`^  -([a-z-]+)(?: ([A-Z]+))? (.+)$`)
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "Usage:"):
		case use.MatchString(line):
			m := use.FindStringSubmatch(line)
			h.commands = append(h.commands, command{m[1], strings.TrimSpace(m[2]), m[3]})
		case flag.MatchString(line):
			m := flag.FindStringSubmatch(line)
			h.options = append(h.options, option{m[1], m[2], m[3]})
		case wide.MatchString(line): // a flag as long as the column leaves one blank
			m := wide.FindStringSubmatch(line)
			h.options = append(h.options, option{m[1], m[2], m[3]})
		case strings.TrimSpace(line) != "":
			h.notes = append(h.notes, strings.TrimSpace(line))
		}
	}
	if name == "" || len(h.options) == 0 {
		return h, fmt.Errorf("that is not what %q says with -help: %q", name, text)
	}
	return h, nil
}

// What the programs are, for the first lines of their pages.
func about(name string) (short, long string) {
	if name == "pubpointd" {
		return "live streaming origin", "An origin for live streaming without a window: encoders post fragmented MP4 to publishing points, which are directories " +
			"below the document root, and players get it at once. It runs until it is sent SIGTERM or SIGINT, and seals what is open before it ends."
	}
	return "control room for live streaming", "A window over a live streaming origin: it shows what is on air, launches and watches encoders, says what is wrong " +
		"and what to do, and opens previews. The server inside is that of pubpointd(1)."
}

// manual writes a manual page, for man(7).
func (h help) manual(w io.Writer) error {
	var b strings.Builder
	short, long := about(h.name)
	fmt.Fprintf(&b, ".TH %s 1 \"\" Pubpoint \"User commands\"\n.SH NAME\n%s \\- %s\n.SH SYNOPSIS\n.B %s\n[\\fIflags\\fR]\n", strings.ToUpper(h.name), h.name, short, h.name)
	for _, c := range h.commands {
		fmt.Fprintf(&b, ".br\n.B %s %s\n", h.name, c.word)
		if c.arguments != "" {
			b.WriteString(roff(c.arguments) + "\n")
		}
	}
	fmt.Fprintf(&b, ".SH DESCRIPTION\n%s\n", roff(long))
	for _, c := range h.commands {
		fmt.Fprintf(&b, ".TP\n.B %s %s\n%s\n", h.name, c.word, roff(c.usage))
	}
	b.WriteString(".SH OPTIONS\n")
	for _, o := range h.options {
		fmt.Fprintf(&b, ".TP\n.BR \\-%s", roff(o.name))
		if o.value != "" {
			fmt.Fprintf(&b, " \" \\fI%s\\fR\"", roff(o.value))
		}
		fmt.Fprintf(&b, "\n%s\n", roff(o.usage))
	}
	if len(h.notes) > 0 {
		b.WriteString(".PP\n")
	}
	for _, line := range h.notes {
		b.WriteString(roff(line) + "\n")
	}
	other := "pubpoint"
	if h.name == other {
		other = "pubpointd"
	}
	fmt.Fprintf(&b, ".SH EXIT STATUS\n0 after an end in order, 1 when it cannot start or does not end well, 2 for bad flags; a line on standard error says why.\n"+
		".SH SEE ALSO\n.BR %s (1),\n.BR ffmpeg (1)\n", other)
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write manual page: %w", err)
	}
	return nil
}

// roff escapes text for a line of its own.
func roff(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, `\`, `\e`), "-", `\-`)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}

// completion writes what bash offers after the program's name.
func (h help) completion(w io.Writer) error {
	var flags, words []string
	for _, o := range h.options {
		flags = append(flags, "-"+o.name)
	}
	for _, c := range h.commands {
		words = append(words, c.word)
	}
	if _, err := fmt.Fprintf(w, `# bash completion for %[1]s
_%[1]s() {
	local word=${COMP_WORDS[COMP_CWORD]}
	COMPREPLY=()
	case $word in
	-*) mapfile -t COMPREPLY < <(compgen -W '%[2]s' -- "$word") ;;
	*) if [ "$COMP_CWORD" -eq 1 ]; then mapfile -t COMPREPLY < <(compgen -W '%[3]s' -- "$word"); fi ;;
	esac
}
complete -o default -F _%[1]s %[1]s
`, h.name, strings.Join(flags, " "), strings.Join(words, " ")); err != nil {
		return fmt.Errorf("write completion: %w", err)
	}
	return nil
}
