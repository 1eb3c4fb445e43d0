package main_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// attributes are second names of facts, and the ones that they have everywhere in the log, so that one
// search finds all that was told of a point.
var attributes = map[string]string{
	"error": "err", "cause": "err", "publishing_point": "point", "point_name": "point", "name": "point, stream or encoder",
	"encoder_id": "encoder", "id": "encoder, session or code", "stream_id": "stream", "addr": "remote, media or admin", "address": "remote, media or admin",
	"client": "remote", "ip": "remote", "peer": "remote", "user_agent": "agent", "filename": "file", "folder": "dir", "directory": "dir",
	"duration": "took", "elapsed": "took", "code_status": "status", "message": "text", "msg": "text", "time": "at",
}

// snake is how an attribute is written.
var snake = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// logMethods are the methods of slog.Logger, by where the message stands among the arguments.
var logMethods = map[string]int{"Debug": 0, "Info": 0, "Warn": 0, "Error": 0,
	"DebugContext": 1, "InfoContext": 1, "WarnContext": 1, "ErrorContext": 1, "Log": 2, "With": -1}

// TestLogs holds every call of a logger to constant messages and agreed attributes.
func TestLogs(t *testing.T) {
	report(t, oddLogs(openHouse(t)))
}

// oddLogs lists the log lines whose messages or attributes a program could not rely on.
func oddLogs(h *house) []string {
	var findings []string
	for _, f := range h.files {
		if f.isTest() {
			continue
		}
		ast.Inspect(f.ast, func(node ast.Node) bool {
			call, is := node.(*ast.CallExpr)
			if !is {
				return true
			}
			at, logs := logCall(call)
			if !logs {
				return true
			}
			where := fmt.Sprintf("%s:%d", f.path, h.fset.Position(call.Pos()).Line)
			if at >= 0 {
				if _, constant := literal(call.Args, at); !constant {
					findings = append(findings, where+": the message of a log line is constant; facts are attributes")
				}
			}
			for i := at + 1; i < len(call.Args) && !call.Ellipsis.IsValid(); i += 2 {
				switch name, constant := literal(call.Args, i); {
				case !constant:
					findings = append(findings, where+": the name of an attribute is constant")
				case attributes[name] != "":
					findings = append(findings, fmt.Sprintf("%s: the attribute %q is called %s in this house", where, name, attributes[name]))
				case !snake.MatchString(name):
					findings = append(findings, fmt.Sprintf("%s: the attribute %q is not in snake_case", where, name))
				case i+1 == len(call.Args):
					findings = append(findings, fmt.Sprintf("%s: the attribute %q has no value", where, name))
				}
			}
			return true
		})
	}
	return findings
}

// logCall tells whether a call is one of a logger, and where its message stands; -1 for none.
func logCall(call *ast.CallExpr) (at int, logs bool) {
	method, is := call.Fun.(*ast.SelectorExpr)
	if !is {
		return 0, false
	}
	at, known := logMethods[method.Sel.Name]
	if !known || len(call.Args) <= max(at, 0) {
		return 0, false
	}
	name := ""
	switch receiver := method.X.(type) {
	case *ast.Ident:
		name = receiver.Name
	case *ast.SelectorExpr:
		name = receiver.Sel.Name
	}
	name = strings.ToLower(name)
	return at, name == "log" || name == "logger" || name == "slog"
}

// literal is the constant text that an argument is.
func literal(args []ast.Expr, i int) (string, bool) {
	lit, is := args[i].(*ast.BasicLit)
	if !is || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

func TestLogsOfMadeUpModules(t *testing.T) {
	const head = "package a\n\nfunc f(log, t, x any, s string) {\n"
	checkRule(t, oddLogs, []rulesCase{
		{name: "all is well", files: map[string]string{"a/a.go": head + "log.Info(\"point opened\", \"point\", s, \"err\", x)\nt.Error(s, s)\n}\n"}},
		{name: "a message that changes", files: map[string]string{"a/a.go": head + "log.Info(\"opened \" + s)\n}\n"}, want: []string{"message of a log line is constant"}},
		{name: "a second name", files: map[string]string{"a/a.go": head + "log.Warn(\"failed\", \"error\", x)\n}\n"}, want: []string{`"error" is called err`}},
		{name: "another spelling", files: map[string]string{"a/a.go": head + "log.Warn(\"failed\", \"bitRate\", x)\n}\n"}, want: []string{"snake_case"}},
		{name: "no value", files: map[string]string{"a/a.go": head + "log.Warn(\"failed\", \"err\")\n}\n"}, want: []string{"has no value"}},
	})
}
