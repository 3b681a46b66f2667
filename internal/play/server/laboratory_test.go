package server

import (
	"context"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"actscope/graph/machine/kernel"
	"actscope/internal/config"
	"actscope/internal/play"
	"actscope/internal/play/site"
)

// real is a server of real laboratories of small networks.
func real(t *testing.T, c config.Config) *Server {
	t.Helper()
	return started(t, func(o *Options) {
		o.Site, o.Kernels = site.Files(), kernel.Set()
		o.New = func(ctx context.Context) (Laboratory, error) { return play.New(ctx, c) }
	})
}

// text reads until a message of text with some words in it comes.
func (c *client) text(words string) string {
	c.t.Helper()
	for {
		ctx, stop := context.WithTimeout(c.t.Context(), time.Minute)
		_, message, err := c.Read(ctx)
		stop()
		if err != nil {
			c.t.Fatal(err)
		}
		if strings.HasPrefix(string(message), "{") && strings.Contains(string(message), words) {
			return string(message)
		}
		c.say(`{"ack":1}`)
	}
}

func TestReportIsOfTheRun(t *testing.T) {
	c := config.Article()
	c.Samples, c.Hidden = 40, []int{3}
	s := real(t, c)
	a := dial(t, s, "a")
	a.say(`{"id":1,"do":"step","epochs":7}`)
	a.text(`"reply":1`)
	status, page, header := get(t, s, "/"+s.token+"/export/report.html?tab=a", nil)
	if status != 200 || header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(page, "</html>") || strings.Contains(page, os.TempDir()) {
		t.Fatalf("status %d, %v, %.300s", status, header, page)
	}
	if !strings.Contains(page, "7 epochs") && !strings.Contains(page, "epochs</th><td>7") && !strings.Contains(page, ">7<") {
		t.Error("the report says nothing of 7 epochs")
	}
	a.say(`{"id":2,"do":"data","name":"mine.csv","csv":"u,v,label\n` + strings.Repeat(`0,1,a\n1,0,b\n2,1,a\n1,3,b\n`, 10) + `"}`)
	a.text(`"reply":2`)
	a.say(`{"id":3,"do":"step","epochs":2}`)
	a.text(`"reply":3`)
	if status, page, _ := get(t, s, "/"+s.token+"/export/report.html?tab=a", nil); status != 200 || strings.Contains(page, os.TempDir()) {
		t.Errorf("of a table: status %d, %.300s", status, page)
	}
	a.say(`{"id":4,"do":"weight","network":0,"layer":1,"row":0,"column":0,"value":3}`)
	a.text(`"reply":4`)
	if status, said, _ := get(t, s, "/"+s.token+"/export/report.html?tab=a", nil); status != http.StatusNotFound || !strings.Contains(said, "by hand") {
		t.Errorf("after a change by hand: status %d, %.300s", status, said)
	}
}

// What a server needs does not grow with the epochs that it trains.
func TestMemoryStaysBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for seconds")
	}
	s := real(t, config.Article())
	c := dial(t, s, "a")
	c.say(`{"id":1,"do":"speed","epochs_per_second":0}`)
	c.say(`{"id":2,"do":"play"}`)
	c.text(`"reply":2`)
	heap := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / 1e6
	}
	train := func(d time.Duration) {
		for end := time.Now().Add(d); time.Now().Before(end); {
			c.say(`{"ack":1}`)
			c.next()
		}
	}
	train(2 * time.Second)
	before := heap()
	train(6 * time.Second)
	after := heap()
	t.Logf("heap %.1f MB, then %.1f MB", before, after)
	if after > before+20 || after > 100 {
		t.Errorf("the heap grew from %.1f to %.1f MB", before, after)
	}
}
