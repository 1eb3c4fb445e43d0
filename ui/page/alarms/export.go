package alarms

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/page"
)

// writeAlarms writes alarms as a table for spreadsheets, or as text for people.
func writeAlarms(w io.Writer, alarms []engine.Alarm, table bool, now time.Time, where *time.Location) error {
	if !table {
		for _, a := range alarms {
			if _, err := fmt.Fprintf(w, "%s\n\n", textOfAlarm(a, now, where)); err != nil {
				return err
			}
		}
		return nil
	}
	rows := [][]string{{"id", "severity", "code", "point", "encoder", "stream", "text", "action", "option",
		"raised", "last", "cleared", "acknowledged", "shelved_until", "shelved_why", "count"}}
	for _, a := range alarms {
		rows = append(rows, []string{a.ID, string(a.Severity), a.Code, a.Point, a.Encoder, a.Stream, a.Text, a.Action, a.Option,
			instant(a.Raised), instant(a.Last), instant(a.Cleared), instant(a.Acked), instant(a.ShelvedUntil), a.ShelvedWhy, strconv.FormatInt(a.Count, 10)})
	}
	return writeTable(w, rows)
}

// writeEvents does the same with events.
func writeEvents(w io.Writer, events []engine.Event, table bool, where *time.Location) error {
	if !table {
		for _, e := range events {
			_, word := page.SeverityLamp(e.Severity)
			if _, err := fmt.Fprintf(w, "%s  %-8s %-16s %s\n", e.At.In(where).Format(time.RFC3339), word, or(e.Point), textEvent(e)); err != nil {
				return err
			}
		}
		return nil
	}
	rows := [][]string{{"seq", "time", "severity", "point", "encoder", "text"}}
	for _, e := range events {
		rows = append(rows, []string{strconv.FormatInt(e.Seq, 10), instant(e.At), string(e.Severity), e.Point, e.Encoder, e.Text})
	}
	return writeTable(w, rows)
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func writeTable(w io.Writer, rows [][]string) error {
	out := csv.NewWriter(w)
	for _, row := range rows {
		for i, s := range row {
			// Words come from outside; spreadsheets take these for formulas.
			if strings.IndexAny(s, "=+-@") == 0 {
				row[i] = "'" + s
			}
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
