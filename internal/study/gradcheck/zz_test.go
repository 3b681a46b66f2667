package gradcheck
import ("testing";"math")
func TestZZ(t *testing.T){
 for s:=uint32(1);s<=14;s++{
  c:=DefaultSuite(); c.Seeds=[]uint32{s}
  cases,err:=Suite(t.Context(),c); if err!=nil{t.Fatal(err)}
  h,d,k:=0.0,0.0,0; who:=""
  for _,c:=range cases{for _,a:=range c.Arrays{ k+=a.Kinks; if a.HandRel>h{h=a.HandRel;who=c.Activation}; d=math.Max(d,a.DifferenceAbs)}}
  t.Logf("seed %d hand %.2g %s diff %.2g kinks %d",s,h,who,d,k)
 }
}
