package api

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

// monitoring is where the dashboard and the alert rules are.
var monitoring = filepath.Join("..", "..", "packaging", "monitoring")

var (
	selector   = regexp.MustCompile(`\b((?:pubpoint|go|process)_[a-z0-9_]+)(\{[^}]*\})?`)
	matcher    = regexp.MustCompile(`([a-z_]+)\s*(?:=~|!~|!=|=)`)
	alertRule  = regexp.MustCompile(`(?m)^      - alert: (\w+)$`)
	expression = regexp.MustCompile(`(?m)^        expr: (.+)$`)
	testSeries = regexp.MustCompile(`(?m)^      - series: '(.+)'$`)
)

// known are the metrics that there are, with their labels, and those that Prometheus adds.
func known(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{"pubpoint_build_info": {"version", "go_version"}}
	for _, f := range families() {
		all["pubpoint_"+f.name] = f.labels
	}
	s, fake := fresh(t)
	fake.SetSystem(engine.SystemStatus{Began: time.Unix(1, 0)})
	for line := range strings.Lines(ask(s, "GET", "/metrics", "").Body.String()) {
		if name := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '{' })[0]; !strings.HasPrefix(line, "#") && all[name] == nil {
			all[name] = []string{}
		}
	}
	for _, part := range []string{"_bucket", "_count", "_sum"} {
		all["pubpoint_answer_duration_seconds"+part] = []string{"format", "le"}
	}
	return all
}

// checkExpression finds metrics and labels in an expression of Prometheus that nobody tells.
func checkExpression(t *testing.T, where, text string, all map[string][]string) {
	t.Helper()
	found := selector.FindAllStringSubmatch(text, -1)
	if len(found) == 0 && !strings.HasPrefix(text, "up{") {
		t.Errorf("%s: %s speaks of no metric", where, text)
	}
	for _, m := range found {
		labels, ok := all[m[1]]
		if !ok {
			t.Errorf("%s: there is no metric %s", where, m[1])
			continue
		}
		for _, l := range matcher.FindAllStringSubmatch(m[2], -1) {
			if !slices.Contains(labels, l[1]) && l[1] != "instance" && l[1] != "job" {
				t.Errorf("%s: %s has no label %s", where, m[1], l[1])
			}
		}
	}
}

func TestAlertRulesSpeakOfWhatThereIs(t *testing.T) {
	rules, err := os.ReadFile(filepath.Join(monitoring, "alerts.yml"))
	if err != nil {
		t.Fatal(err)
	}
	all := known(t)
	names, exprs := alertRule.FindAllSubmatch(rules, -1), expression.FindAllSubmatch(rules, -1)
	if len(names) < 10 || len(names) != len(exprs) || strings.Count(string(rules), "description:") != len(names) {
		t.Fatalf("%d rules have %d expressions", len(names), len(exprs))
	}
	for i, name := range names {
		checkExpression(t, string(name[1]), string(exprs[i][1]), all)
	}
	tests, err := os.ReadFile(filepath.Join(monitoring, "alerts_test.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range testSeries.FindAllSubmatch(tests, -1) {
		checkExpression(t, "alerts_test.yml", string(s[1]), all)
	}
}

func TestDashboardSpeaksOfWhatThereIs(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(monitoring, "dashboard.json"))
	if err != nil {
		t.Fatal(err)
	}
	type source struct{ UID string }
	var board struct {
		Title, UID string
		Templating struct {
			List []struct {
				Name, Type, Definition string
				Datasource             *source
			}
		}
		Panels []struct {
			ID          int
			Type, Title string
			Description string
			Datasource  *source
			GridPos     struct{ H, W, X, Y int }
			Targets     []struct {
				Expr       string
				Datasource *source
			}
		}
	}
	if err := json.Unmarshal(text, &board); err != nil {
		t.Fatal(err)
	}
	if len(board.Templating.List) == 0 || board.Templating.List[0].Type != "datasource" || board.Title == "" || board.UID == "" {
		t.Error("the dashboard has no variable for its source of data")
	}
	all := known(t)
	for _, v := range board.Templating.List[1:] {
		checkExpression(t, "variable "+v.Name, v.Definition, all)
	}
	seen, cells := map[int]bool{}, map[[2]int]string{}
	for _, p := range board.Panels {
		if seen[p.ID] {
			t.Errorf("%s has the id of another panel", p.Title)
		}
		seen[p.ID] = true
		for x := range p.GridPos.W {
			for y := range p.GridPos.H {
				at := [2]int{p.GridPos.X + x, p.GridPos.Y + y}
				if cells[at] != "" || at[0] >= 24 {
					t.Fatalf("%s lies over %s or the edge", p.Title, cells[at])
				}
				cells[at] = p.Title
			}
		}
		if p.Type == "row" {
			continue
		}
		if p.Description == "" || len(p.Targets) == 0 || p.Datasource == nil || p.Datasource.UID != "${datasource}" {
			t.Errorf("%s says nothing, asks nothing, or asks a certain source", p.Title)
		}
		for _, target := range p.Targets {
			checkExpression(t, p.Title, target.Expr, all)
		}
	}
}
