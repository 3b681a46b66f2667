"""Writes f/*.npz: layers with gradients in NumPy as people write them for courses, right ones and faulty ones.

    python3 courses.py       # needs numpy and torch; courses/ has a selection
"""
import numpy as np, json, os
rng=np.random.default_rng(5)
R=lambda *s: rng.normal(size=s)
C={}
os.makedirs('f',exist_ok=True)
def save(name,kind,arr,wrong=(),mistake=None,flags=()):
    np.savez(f'f/{name}.npz',**arr); C[name]=dict(kind=kind,wrong=sorted(wrong),mistake=mistake,flags=list(flags))
def mut(name,kind,arr,m,flags=()):
    "m: list of (suffix, {array:new}, mistake)"
    save(name,kind,arr,flags=flags)
    for suf,ch,mis in m:
        a=dict(arr); a.update(ch); save(name+'--'+suf,kind,a,ch.keys(),mis,flags)
# ---- affine CS231n
x,w,b,dout=R(4,2,3),R(6,5),R(5),R(4,5)
X=x.reshape(4,-1)
A=dict(x=x,w=w,b=b,dout=dout,dx=(dout@w.T).reshape(x.shape),dw=X.T@dout,db=dout.sum(0))
mut('affine','affine',A,[('dbmean',dict(db=dout.mean(0)),'mean-over-batch'),('dbscalar',dict(db=dout.sum()),None),('dbaxis1',dict(db=dout.sum(1)),None),('dxflat',dict(dx=dout@w.T),None),('dw-abs',dict(dw=np.abs(A['dw'])),None),('dwmean',dict(dw=A['dw']/4),'mean-over-batch'),('reg',dict(dw=A['dw']+0.1*w),'weight-decay?'),('dw-lastrow',dict(dw=np.outer(X[-1],dout[-1])),None),('dw-first',dict(dw=np.outer(X[0],dout[0])),None),('all-neg',dict(dx=-A['dx'],dw=-A['dw'],db=-A['db']),'sign'),('dbnosum',dict(db=dout),None)])
save('affine32','affine',{k:v.astype(np.float32) for k,v in A.items()})
for nm,ren in dict(suffix1=dict(dx='dx1',dw='dw1',db='db1'),grad=dict(dx='grad_x',dw='grad_w',db='grad_b',dout='grad_out'),dot=dict(dx='x.grad',dw='w.grad',db='b.grad'),d_=dict(dx='d_x',dw='d_w',db='d_b',dout='d_out'),caps=dict(x='X',w='W',b='B',dx='dX',dw='dW',db='dB',dout='dOut'),delta=dict(dx='delta_x',dw='delta_w',db='delta_b'),pyt=dict(x='input',w='weight',b='bias',dx='grad_input',dw='grad_weight',db='grad_bias',dout='grad_output'),num=dict(x='x1',w='w1',b='b1',dx='dx1',dw='dw1',db='db1',dout='dout1'),nabla=dict(dw='nabla_w',db='nabla_b',dx='nabla_x'),gradient=dict(dw='w_gradient',db='b_gradient',dx='x_gradient'),gradW=dict(dw='gradW',db='gradb',dx='gradX')).items():
    save('affine-names-'+nm,'affine',{ren.get(k,k):v for k,v in A.items()})
x1,d1=R(1,6),R(1,5); save('affine-one','affine',dict(x=x1,w=w,b=b,dout=d1,dx=d1@w.T,dw=x1.T@d1,db=d1.sum(0)))
xv,dv=R(6),R(5); save('affine-vec','affine',dict(x=xv,w=w,b=b,dout=dv,dx=w@dv,dw=np.outer(xv,dv),db=dv))
xs,ws,ds=R(4,5),R(5,5),R(4,5); 
mut('affine-sq','affine',dict(x=xs,w=ws,b=b,dout=ds,dx=ds@ws.T,dw=xs.T@ds,db=ds.sum(0)),[('nottr',dict(dx=ds@ws),'weights-not-transposed'),('dwT',dict(dw=ds.T@xs),'weight-gradient-transposed')])
# Coursera linear_backward: mean over m inside dW, db
Ap,Wc,bc,dZ=R(6,4),R(5,6),R(5,1),R(5,4)
L=dict(A_prev=Ap,W=Wc,b=bc,dZ=dZ,dA_prev=Wc.T@dZ,dW=dZ@Ap.T/4,db=dZ.sum(1,keepdims=True)/4)
mut('coursera-linear','affine',L,[('nomean',dict(dW=L['dW']*4),None),('dAmean',dict(dA_prev=L['dA_prev']/4),None),('dbbig',dict(db=dZ.sum()/4),None),('db1d',{},None)])
Ls=dict(L); Ls['dW']=L['dW']*4; Ls['db']=L['db']*4; save('coursera-linear-sum','affine',Ls)
# relu
x,d=R(3,4),R(3,4); x[0,0]=0
A=dict(x=x,dout=d,dx=d*(x>0))
mut('relu','relu',A,[('ge',dict(dx=d*(x>=0)),'derivative-at-kink'),('miss',dict(dx=d),'derivative-missing'),('outmul',dict(dx=d*np.maximum(x,0)),'derivative-is-activation'),('dgt',dict(dx=d*(d>0)),'derivative-at-gradient'),('mask',dict(dx=(x>0)*1.0),None),('neg',dict(dx=d*(x<0)),'derivative-of-other-side'),('xx',dict(dx=d*x),None)])
save('relu-coursera','relu',dict(Z=x,dA=d,dZ=d*(x>0)))
save('relu-cache','relu',dict(cache=x,dA=d,dZ=d*(x>0)))
save('relu-int','relu',dict(x=np.array([[1,-2,0]]),dout=np.array([[3,4,5]]),dx=np.array([[3,0,0]])))
save('relu-0d','relu',dict(x=np.array(2.),dout=np.array(3.),dx=np.array(3.)))
# softmax loss CS231n (x,y)->loss,dx
def sm(s): e=np.exp(s-s.max(1,keepdims=True)); return e/e.sum(1,keepdims=True)
x=R(5,3); y=np.array([0,2,1,1,0]); p=sm(x); oh=np.eye(3)[y]; loss=-np.log(p[range(5),y]).mean()
A=dict(x=x,y=y,loss=loss,dx=(p-oh)/5)
mut('softmax','softmax',A,[('nomean',dict(dx=p-oh),'sum-over-batch'),('nolabel',dict(dx=p/5),'label-missing'),('off1',dict(dx=(p-np.eye(3)[(y+1)%3])/5),None),('sign',dict(dx=(oh-p)/5),'sign'),('ponly',dict(dx=p),'label-missing'),('minus1all',dict(dx=(p-1)/5),None),('scores',dict(dx=(x-oh)/5),None),('C',dict(dx=(p-oh)/3),None),('lossum',dict(loss=loss*5),'forward')])
save('softmax-oh','softmax',dict(x=x,y=oh,loss=loss,dx=(p-oh)/5))
save('softmax-n1','softmax',dict(x=x,y=y[:,None],loss=loss,dx=(p-oh)/5))
save('softmax-names','softmax',dict(scores=x,labels=y,loss=loss,dscores=(p-oh)/5))
save('softmax-cols','softmax',dict(x=x.T,y=oh.T,dx=((p-oh)/5).T))
Xb=R(5,4); W=R(4,3)*.5; reg=.1; s=Xb@W; p=sm(s)
for half in (1,.5):
    A=dict(X=Xb,W=W,y=y,reg=reg,loss=-np.log(p[range(5),y]).mean()+half*reg*(W**2).sum(),dW=Xb.T@(p-oh)/5+2*half*reg*W)
    t='' if half==1 else '-half'
    mut('softmax-W'+t,'softmax',A,[('noreg',dict(dW=Xb.T@(p-oh)/5),None),('nomean',dict(dW=Xb.T@(p-oh)+2*half*reg*W),None),('regN',dict(dW=(Xb.T@(p-oh)+2*half*reg*W)/5),None),('twicereg',dict(dW=Xb.T@(p-oh)/5+(reg*W if half==1 else 2*reg*W)),None)])
    A2=dict(A); del A2['loss']; del A2['reg']; save('softmax-W-regflag'+t,'softmax',A2)
save('softmax-W-bias','softmax',dict(X=Xb,W=W,b=np.zeros(3)+.3,y=y,dW=Xb.T@(sm(s+.3)-oh)/5,db=((sm(s+.3)-oh)/5).sum(0)))
b3=R(3); save('softmax-W-bias2','softmax',dict(X=Xb,W=W,b=b3,y=y,dW=Xb.T@(sm(s+b3)-oh)/5,db=((sm(s+b3)-oh)/5).sum(0)))
# svm
def svm(s,y):
    m=np.maximum(0,s-s[range(len(y)),y][:,None]+1); m[range(len(y)),y]=0
    g=(m>0)*1.; g[range(len(y)),y]-=g.sum(1); return m.sum()/len(y),g/len(y),m
x=R(5,3); l,g,m=svm(x,y)
g1=(m>0)*1./5; gm=m.copy(); gm[range(5),y]-=(m>0).sum(1); g_neg1=(m>0)*1.; g_neg1[range(5),y]=-1; 
mut('svm','svm',dict(x=x,y=y,loss=l,dx=g),[('noright',dict(dx=g1),'right-class-missing'),('minusone',dict(dx=g_neg1/5),None),('nomean',dict(dx=g*5),'sum-over-batch'),('off1',dict(dx=svm(x,(y+1)%3)[1]),None),('lossplus1',dict(loss=l+1),'forward')])
l,g,m=svm(s,y)
for half in (1,.5):
    t='' if half==1 else '-half'
    mut('svm-W'+t,'svm',dict(X=Xb,W=W,y=y,reg=reg,loss=l+half*reg*(W**2).sum(),dW=Xb.T@g+2*half*reg*W),[('noreg',dict(dW=Xb.T@g),None),('noright',dict(dW=Xb.T@((m>0)/5)+2*half*reg*W),'right-class-missing'),('minusone',dict(dW=Xb.T@(np.where(np.eye(3)[y]>0,-1,m>0)/5)+2*half*reg*W),None)])
# batch norm CS231n
x,ga,be,d=R(6,4),R(4),R(4),R(6,4); eps=1e-5
def bn(x,ga,d,eps):
    mu,v=x.mean(0),x.var(0); xh=(x-mu)/np.sqrt(v+eps); N=len(x); dxh=d*ga
    return xh,dxh,(dxh-dxh.mean(0)-xh*(dxh*xh).mean(0))/np.sqrt(v+eps),v
xh,dxh,dx,v=bn(x,ga,d,eps)
A=dict(x=x,gamma=ga,beta=be,dout=d,dx=dx,dgamma=(d*xh).sum(0),dbeta=d.sum(0)); sd=np.sqrt(v+eps)
mut('bn','batch-norm',A,[('dgmean',dict(dgamma=A['dgamma']/6),'mean-over-batch'),('dgx',dict(dgamma=(d*x).sum(0)),'input-not-normalised'),('const',dict(dx=dxh/sd),'mean-and-variance-constant'),('nomean',dict(dx=(dxh-xh*(dxh*xh).mean(0))/sd),'mean-constant'),('novar',dict(dx=(dxh-dxh.mean(0))/sd),'variance-constant'),('nogam',dict(dx=dx/ga),'gain-missing'),('n',dict(dx=dx*6),'sum-over-batch'),('nosd',dict(dx=dx*sd),None),('sdtwice',dict(dx=dx/sd),None),('dbout',dict(dbeta=(d*xh).sum(0),dgamma=d.sum(0)),None),('var',dict(dx=dx*sd/(v+eps)),None),('swapxh',dict(dgamma=(dxh*xh).sum(0)),None),('testmode',dict(dx=d*ga),None),('dg-axis',dict(dgamma=(d*xh).sum(1)),None)])
for e in (1e-8,1e-3,1e-5):
    xh,dxh,dx,v=bn(x,ga,d,e); save(f'bn-eps{e}','batch-norm',dict(x=x,gamma=ga,beta=be,eps=e,dout=d,dx=dx,dgamma=(d*xh).sum(0),dbeta=d.sum(0)))
    save(f'bn-noeps{e}','batch-norm',dict(x=x,gamma=ga,beta=be,dout=d,dx=dx,dgamma=(d*xh).sum(0),dbeta=d.sum(0)))
xh,dxh,dx,v=bn(x,ga,d,.01); save('bn-eps01','batch-norm',dict(x=x,gamma=ga,beta=be,dout=d,dx=dx,dgamma=(d*xh).sum(0),dbeta=d.sum(0)))
# unbiased variance
mu=x.mean(0); vu=x.var(0,ddof=1); xhu=(x-mu)/np.sqrt(vu+1e-5); dxh=d*ga
dxu=(dxh-dxh.mean(0)-xhu*(dxh*xhu).sum(0)/5)/np.sqrt(vu+1e-5)
save('bn-unbiased','batch-norm',dict(x=x,gamma=ga,beta=be,dout=d,dx=dxu,dgamma=(d*xhu).sum(0),dbeta=d.sum(0)))
# coursera (features, batch) bn
xh,dxh,dx,v=bn(x,ga,d,1e-8); save('bn-coursera','batch-norm',dict(Z=x.T,gamma=ga[:,None],beta=be[:,None],dout=d.T,dZ=dx.T,dgamma=(d*xh).sum(0)[:,None],dbeta=d.sum(0)[:,None]))
# bn batch of one
save('bn-one','batch-norm',dict(x=x[:1],gamma=ga,beta=be,dout=d[:1],dx=0*x[:1],dgamma=0*ga,dbeta=d[0]))
# spatial
xi,di=R(3,2,4,5),R(3,2,4,5); g2,b2=R(2),R(2)
f=lambda a:a.transpose(0,2,3,1).reshape(-1,2); bk=lambda a:a.reshape(3,4,5,2).transpose(0,3,1,2)
xh,dxh,dx,v=bn(f(xi),g2,f(di),1e-5); A=dict(x=xi,gamma=g2,beta=b2,dout=di,dx=bk(dx),dgamma=(f(di)*xh).sum(0),dbeta=f(di).sum(0))
mut('spatial','batch-norm',A,[('dgN',dict(dgamma=A['dgamma']/3),None),('dbonly0',dict(dbeta=di.sum(0)[:,0,0]),None),('mean60',dict(dbeta=A['dbeta']/60),None)])
# layernorm
x,ga,be,d=R(5,4),R(4),R(4),R(5,4)
mu=x.mean(1,keepdims=True); v=x.var(1,keepdims=True); sd=np.sqrt(v+1e-5); xh=(x-mu)/sd; dxh=d*ga
dx=(dxh-dxh.mean(1,keepdims=True)-xh*(dxh*xh).mean(1,keepdims=True))/sd
bnx=bn(x,ga,d,1e-5)[2]
A=dict(x=x,gamma=ga,beta=be,dout=d,dx=dx,dgamma=(d*xh).sum(0),dbeta=d.sum(0))
mut('ln','layer-norm',A,[('bn',dict(dx=bnx),None),('const',dict(dx=dxh/sd),'mean-and-variance-constant'),('nogam',dict(dx=(d-d.mean(1,keepdims=True)-xh*(d*xh).mean(1,keepdims=True))/sd),'gain-missing'),('axis',dict(dgamma=(d*xh).sum(1)),None)])
# group norm
G=2; xg,dg=R(3,4,3,3),R(3,4,3,3); g4,b4=R(1,4,1,1),R(1,4,1,1)
r=xg.reshape(3,2,-1); mu=r.mean(2,keepdims=True); sdg=np.sqrt(r.var(2,keepdims=True)+1e-5); xh=((r-mu)/sdg); dh=(dg*g4).reshape(3,2,-1)
dxg=((dh-dh.mean(2,keepdims=True)-xh*(dh*xh).mean(2,keepdims=True))/sdg).reshape(xg.shape); xh=xh.reshape(xg.shape)
save('groupnorm','group-norm',dict(x=xg,gamma=g4,beta=b4,G=2,dout=dg,dx=dxg,dgamma=(dg*xh).sum((0,2,3),keepdims=True),dbeta=dg.sum((0,2,3),keepdims=True)))
save('groupnorm-as-bn','batch-norm',dict(x=xg,gamma=g4,beta=b4,G=2,dout=dg,dx=dxg,dgamma=(dg*xh).sum((0,2,3),keepdims=True),dbeta=dg.sum((0,2,3),keepdims=True)))
# dropout
x,d=R(5,6),R(5,6); p=.7; mk=(rng.random((5,6))<p)
A=dict(x=x,mask=mk/p,dout=d,dx=d*mk/p)
mut('dropout','dropout',A,[('nomask',dict(dx=d),'mask-missing'),('noscale',dict(dx=d*mk),'scale-missing'),('twice',dict(dx=d*mk/p/p),'mask-twice'),('mul',dict(dx=d*mk*p),None),('inv',dict(dx=d*(~mk)/p),None)])
A=dict(x=x,mask=mk,p=p,dout=d,dx=d*mk/p); mut('dropout-bool','dropout',A,[('nomask',dict(dx=d),None),('nomask2',dict(dx=d/p),None),('noscale0',dict(dx=d*mk*p),None)])
save('dropout-coursera','dropout',dict(A1=x,D1=mk,keep_prob=p,dout=d,dA1=d*mk/p))
save('dropout-nox','dropout',dict(mask=mk/p,dout=d,dx=d*mk/p))
import torch, torch.nn.functional as F
torch.set_default_dtype(torch.float64)
def sm(s): e=np.exp(s-s.max(-1,keepdims=True)); return e/e.sum(-1,keepdims=True)
def conv_back(dout,x,w,b,s,p,flip=False,nostride=False,nocut=False):
    N,C,H,W=x.shape; Fn,_,HH,WW=w.shape; xp=np.pad(x,((0,0),(0,0),(p,p),(p,p))); dxp=np.zeros_like(xp); dw=np.zeros_like(w)
    st=1 if nostride else s
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            win=xp[:,:,i*st:i*st+HH,j*st:j*st+WW]
            for f in range(Fn):
                dw[f]+=(win*dout[:,f,i,j][:,None,None,None]).sum(0)
                wf=w[f][:,::-1,::-1] if flip else w[f]
                dxp[:,:,i*st:i*st+HH,j*st:j*st+WW]+=wf[None]*dout[:,f,i,j][:,None,None,None]
    dx=dxp if nocut else dxp[:,:,p:p+H,p:p+W]
    return dx,dw,dout.sum((0,2,3))
for (s,p,k,hw) in [(1,1,3,5),(2,1,3,5),(1,2,5,6),(1,0,3,5)]:
    x=R(2,3,hw,hw); w=R(4,3,k,k); b=R(4); ho=(hw+2*p-k)//s+1; d=R(2,4,ho,ho)
    dx,dw,db=conv_back(d,x,w,b,s,p)
    tx,tw=[torch.tensor(a,requires_grad=True) for a in (x,w)]; F.conv2d(tx,tw,stride=s,padding=p).backward(torch.tensor(d)); assert np.allclose(tx.grad,dx) and np.allclose(tw.grad,dw)
    n=f'conv{s}{p}{k}'
    A=dict(x=x,w=w,b=b,dout=d,dx=dx,dw=dw,db=db)
    m=[('flip',dict(dx=conv_back(d,x,w,b,s,p,flip=True)[0]),'filter-turned'),('dbN',dict(db=d.sum((2,3))),None),('dbmeanN',dict(db=db/2),'mean-over-batch'),('dbaxes',dict(db=d.sum((1,2,3))),None),('dbmean',dict(db=d.mean((0,2,3))),None),('wflip',dict(dw=dw[:,:,::-1,::-1]),None),('over',dict(dw=(x if p==0 else np.pad(x,((0,0),(0,0),(p,p),(p,p))))[-1,:,:k,:k][None]*d[-1,:,0,0][:,None,None,None]),None)]
    if p: m+=[('nocut',dict(dx=conv_back(d,x,w,b,s,p,nocut=True)[0]),'padding-not-cut'),('cutoff',dict(dx=conv_back(d,x,w,b,s,p,nocut=True)[0][:,:,:hw,:hw]),'padding-cut-off')]
    if s>1: a=conv_back(d,x,w,b,s,p,nostride=True); m+=[('nostride',dict(dx=a[0],dw=a[1]),'stride-ignored')]
    m+=[('lastimage',dict(dw=conv_back(d[-1:],x[-1:],w,b,s,p)[1]),None),('wrongw',dict(dw=dw.transpose(0,1,3,2)),None)]
    mut(n,'conv',A,m,['--stride',str(s),'--pad',str(p)])
    save(n+'-noflags','conv',A)
# coursera conv channels last, batch of one, one channel
x=R(1,5,5,1); w=R(3,3,1,2); tx,tw,tb=[torch.tensor(a,requires_grad=True) for a in (x,w,R(1,1,1,2))]
o=F.conv2d(tx.permute(0,3,1,2),tw.permute(3,2,0,1),tb.reshape(-1),2,1); d=torch.tensor(R(*o.shape)); o.backward(d)
save('conv-coursera','conv',dict(A_prev=x,W=w,b=tb.detach().numpy(),dZ=d.permute(0,2,3,1).numpy(),dA_prev=tx.grad.numpy(),dW=tw.grad.numpy(),db=tb.grad.numpy()),flags=['--stride','2','--pad','1'])
x=R(2,1,5,5); w=R(1,1,3,3); dx,dw,db=conv_back(R(2,1,3,3)*0+1,x,w,0,1,0); save('conv-1ch','conv',dict(X=x,W=w,b=R(1),dout=np.ones((2,1,3,3)),dX=dx,dW=dw,db=db))
# single image 2-D (naive)
save('conv-2d','conv',dict(x=x[0,0],w=w[0,0],dout=np.ones((3,3)),dx=conv_back(np.ones((1,1,3,3)),x[:1],w,0,1,0)[0][0,0],dw=conv_back(np.ones((1,1,3,3)),x[:1],w,0,1,0)[1][0,0]))
# same padding even kernel 2x2: asymmetrical
x=R(1,2,4,4);w=R(2,2,2,2);d=R(1,2,4,4); xp=np.pad(x,((0,0),(0,0),(0,1),(0,1))); dx,dw,db=conv_back(d,xp,w,0,1,0); save('conv-same-even','conv',dict(x=x,w=w,dout=d,dx=dx[:,:,:4,:4],dw=dw,db=db))
# max pool
def pool(x,d,k,s,mode):
    dx=np.zeros_like(x)
    for i in range(d.shape[2]):
        for j in range(d.shape[3]):
            w=x[:,:,i*s:i*s+k,j*s:j*s+k]; dd=d[:,:,i,j][:,:,None,None]
            if mode=='max': dx[:,:,i*s:i*s+k,j*s:j*s+k]+=(w==w.max((2,3),keepdims=True))*dd
            if mode=='assign': dx[:,:,i*s:i*s+k,j*s:j*s+k]=(w==w.max((2,3),keepdims=True))*dd
            if mode=='avg': dx[:,:,i*s:i*s+k,j*s:j*s+k]+=dd/k/k
            if mode=='all': dx[:,:,i*s:i*s+k,j*s:j*s+k]+=dd
            if mode=='min': dx[:,:,i*s:i*s+k,j*s:j*s+k]+=(w==w.min((2,3),keepdims=True))*dd
            if mode=='val': dx[:,:,i*s:i*s+k,j*s:j*s+k]+=w*(w==w.max((2,3),keepdims=True))*dd
            if mode=='mask1': dx[:,:,i*s:i*s+k,j*s:j*s+k]+=(w==w.max((2,3),keepdims=True))
            if mode=='first' or mode=='share':
                m=(w==w.max((2,3),keepdims=True)).astype(float)
                if mode=='share': m/=m.sum((2,3),keepdims=True)
                else:
                    f=m.reshape(*m.shape[:2],-1); g=np.zeros_like(f)
                    a=f.argmax(2); g[np.arange(f.shape[0])[:,None],np.arange(f.shape[1])[None],a]=1; m=g.reshape(m.shape)
                dx[:,:,i*s:i*s+k,j*s:j*s+k]+=m*dd
    return dx
for k,s,h in [(2,2,4),(3,2,5)]:
    x=R(2,3,h,h); ho=(h-k)//s+1; d=R(2,3,ho,ho)
    A=dict(x=x,dout=d,dx=pool(x,d,k,s,'max'))
    m=[(q,dict(dx=pool(x,d,k,s,q)),{'avg':'windows-averaged','all':'whole-window'}.get(q)) for q in ('avg','all','min','val','mask1')]
    if s<k: m+=[('assign',dict(dx=pool(x,d,k,s,'assign')),'overwritten')]
    mut(f'pool{k}{s}','max-pool',A,m,['--pool',str(k),'--stride',str(s)]); save(f'pool{k}{s}-noflags','max-pool',A)
xr=np.maximum(R(2,3,4,4),0); xr[0,0]=0; d=R(2,3,2,2)
for q in ('max','first','share'): save('pool-ties-'+q,'max-pool',dict(x=xr,dout=d,dx=pool(xr,d,2,2,q)))
# uneven: 5x5 pool2 stride2
x=R(1,1,5,5); d=R(1,1,2,2); save('pool-uneven','max-pool',dict(x=x,dout=d,dx=pool(x,d,2,2,'max')))
save('avgpool','avg-pool',dict(x=x,dout=d,dx=pool(x,d,2,2,'avg')))
# embedding
ix=np.array([[0,2,2],[1,0,3]]); W=R(5,4); d=R(2,3,4); dW=np.zeros_like(W); np.add.at(dW,ix,d); ow=np.zeros_like(W); ow[ix]+=d
mut('emb','embedding',dict(x=ix,W=W,dout=d,dW=dW),[('over',dict(dW=ow),'overwritten'),('mean',dict(dW=dW/6),None),('count',dict(dW=dW/np.maximum(1,np.bincount(ix.ravel(),minlength=5))[:,None]),None)])
ix1=np.array([0,2,2]); dW=np.zeros_like(W); np.add.at(dW,ix1,d[0]); save('emb1d','embedding',dict(idx=ix1,embed=W,dout=d[0],dW=dW)); save('emb1db','embedding',dict(x=ix1,W_embed=W,dout=d[0],dW_embed=dW))
# rnn step / seq CS231n
def rnn_seq(x,h0,Wx,Wh,b,dh,carry=True,slope='h',wh='prev',over=False,lost=None,dxc=True,swap=None):
    N,T,D=x.shape;H=h0.shape[1]; hs=[h0]; 
    for t in range(T): hs.append(np.tanh(x[:,t]@Wx+hs[-1]@Wh+b))
    dx=np.zeros_like(x); g=dict(dWx=0*Wx,dWh=0*Wh,db=0*b); dprev=0*h0
    for t in reversed(range(T)):
        d=dh[:,t]+(dprev if carry else 0)
        z=x[:,t]@Wx+hs[t]@Wh+b
        dz=d*(dict(h=1-hs[t+1]**2,none=1,z=1-z**2,lin=1-hs[t+1],twice=(1-hs[t+1]**2)**2,sig=hs[t+1]*(1-hs[t+1]))[slope])
        dx[:,t]=dz@Wx.T; dprev=dz@(Wh if swap else Wh.T)
        c=dict(dWx=x[:,t].T@dz,dWh=(hs[t] if wh=='prev' else hs[t+1]).T@dz,db=dz.sum(0))
        for k in g:
            if over: g[k]=c[k]
            elif lost!=t: g[k]=g[k]+c[k]
    return dict(dx=dx,dh0=dprev,**g),np.stack(hs[1:],1)
N,T,D,H=3,4,2,5
x,h0,Wx,Wh,b,dh=R(N,T,D),R(N,H),R(D,H)*.6,R(H,H)*.5,R(H),R(N,T,H)
g,h=rnn_seq(x,h0,Wx,Wh,b,dh); base=dict(x=x,h0=h0,Wx=Wx,Wh=Wh,b=b,dh=dh,h=h)
def dif(a,b): return {k:a[k] for k in a if not np.allclose(a[k],b[k])}
V=lambda **k: dif(rnn_seq(x,h0,Wx,Wh,b,dh,**k)[0],g)
mut('rnnseq','rnn',{**base,**g},[('nocarry',V(carry=False),'not-carried'),('noslope',V(slope='none'),'derivative-missing'),('z',V(slope='z'),None),('lin',V(slope='lin'),None),('sig',V(slope='sig'),None),('twice',V(slope='twice'),'derivative-twice'),('next',V(wh='next'),'next-state-for-previous'),('over',V(over=True),'overwritten'),('lost0',V(lost=0),None),('lostT',V(lost=T-1),None),('swap',V(swap=1),'weights-not-transposed'),('dbmean',dict(db=g['db']/N),None)])
for nm,(N2,T2,D2,H2) in dict(T1=(3,1,2,5),N1=(1,4,2,5),H1=(3,4,2,1),D1=(3,4,1,3),all1=(1,1,1,1),NT=(4,4,4,4)).items():
    a=R(N2,T2,D2),R(N2,H2),R(D2,H2),R(H2,H2),R(H2),R(N2,T2,H2); q,hh=rnn_seq(*a); save('rnnseq-'+nm,'rnn',{**dict(zip(['x','h0','Wx','Wh','b','dh'],a)),'h':hh,**q})
st,hh=rnn_seq(x[:,:1],h0,Wx,Wh,b,dh[:,:1])
S=dict(x=x[:,0],prev_h=h0,Wx=Wx,Wh=Wh,b=b,dnext_h=dh[:,0],next_h=hh[:,0],dx=st['dx'][:,0],dprev_h=st['dh0'],dWx=st['dWx'],dWh=st['dWh'],db=st['db'])
W_=lambda **k: {('dprev_h' if a=='dh0' else a):(v[:,0] if a=='dx' else v) for a,v in dif(rnn_seq(x[:,:1],h0,Wx,Wh,b,dh[:,:1],**k)[0],st).items()}
mut('rnnstep','rnn',S,[('noslope',W_(slope='none'),'derivative-missing'),('lin',W_(slope='lin'),None),('next',W_(wh='next'),'next-state-for-previous'),('swap',W_(swap=1),'weights-not-transposed'),('dbnosum',dict(db=dh[:,0]*(1-hh[:,0]**2)),None)])
save('rnnstep-dh1','rnn',{('dh_prev' if k=='dprev_h' else 'h_prev' if k=='prev_h' else 'dh_next' if k=='dnext_h' else 'h_next' if k=='next_h' else k):v for k,v in S.items()})
s1,h1=rnn_seq(x[:1,:1],h0[:1],Wx,Wh,b,dh[:1,:1]); save('rnnstep-vec','rnn',dict(x=x[0,0],prev_h=h0[0],Wx=Wx,Wh=Wh,b=b,dnext_h=dh[0,0],dx=s1['dx'][0,0],dprev_h=s1['dh0'][0],dWx=s1['dWx'],dWh=s1['dWh'],db=s1['db']))
sq,hq=rnn_seq(x[:1],h0[:1],Wx,Wh,b,dh[:1]); save('rnnseq-2d','rnn',dict(x=x[0],h0=h0[0],Wx=Wx,Wh=Wh,b=b,dh=dh[0],dx=sq['dx'][0],dh0=sq['dh0'][0],dWx=sq['dWx'],dWh=sq['dWh'],db=sq['db']))
# time-major
tr=lambda a:a.transpose(1,0,2); save('rnnseq-timemajor','rnn',dict(x=tr(x),h0=h0,Wx=Wx,Wh=Wh,b=b,dh=tr(dh),dx=tr(g['dx']),dh0=g['dh0'],dWx=g['dWx'],dWh=g['dWh'],db=g['db']))
# coursera rnn_cell_backward names
save('rnn-coursera','rnn',dict(xt=x[:,0].T,a_prev=h0.T,Wax=Wx.T,Waa=Wh.T,ba=b[:,None],da_next=dh[:,0].T,dxt=S['dx'].T,da_prev=S['dprev_h'].T,dWax=S['dWx'].T,dWaa=S['dWh'].T,dba=S['db'][:,None]))
ct=lambda a:a.transpose(2,0,1); save('rnnseq-coursera','rnn',dict(x=ct(x),a0=h0.T,Wax=Wx.T,Waa=Wh.T,ba=b[:,None],da=ct(dh),dx=ct(g['dx']),da0=g['dh0'].T,dWax=g['dWx'].T,dWaa=g['dWh'].T,dba=g['db'][:,None]))
# lstm step
sg=lambda z:1/(1+np.exp(-z))
def lstm(x,ph,pc,Wx,Wh,b,dh,dc,f='',):
    H=ph.shape[1]; a=x@Wx+ph@Wh+b; i,fg,o,gg=sg(a[:,:H]),sg(a[:,H:2*H]),sg(a[:,2*H:3*H]),np.tanh(a[:,3*H:]); c=fg*pc+i*gg; h=o*np.tanh(c)
    dct=dc+dh*o*(1-np.tanh(c)**2)
    if f=='nocup': dct=dh*o*(1-np.tanh(c)**2)
    if f=='nostate': dct=dc
    if f=='noct': dct=dc+dh*o
    if f=='cnotanh': dct=dc+dh*o*(1-c**2)
    di,df,do,dg=dct*gg,dct*pc,dh*np.tanh(c),dct*i
    if f=='fnext': df=dct*c
    if f=='onotanh': do=dh*c
    if f=='igswap': di,dg=dct*i,dct*gg
    sl=[i*(1-i),fg*(1-fg),o*(1-o),1-gg**2]
    if f=='gslope': sl[3]=gg*(1-gg)
    if f=='islope': sl[0]=1
    if f=='noslopes': sl=[1]*4
    if f=='goneminusg': sl[3]=1-gg
    if f=='islin': sl[0]=1-i
    parts=[q*s for q,s in zip((di,df,do,dg),sl)]
    if f=='order': parts=[parts[1],parts[0],parts[2],parts[3]]
    if f=='zeroed_o': parts[2]=parts[2]*0
    da=np.hstack(parts); dpc=dct*fg
    if f=='dpc': dpc=dct
    return dict(dx=da@Wx.T,dprev_h=da@Wh.T,dprev_c=dpc,dWx=x.T@da,dWh=ph.T@da,db=da.sum(0)),h,c
N,D,H=3,2,4
x,ph,pc,Wx,Wh,b,dh,dc=R(N,D),R(N,H),R(N,H),R(D,4*H)*.7,R(H,4*H)*.5,R(4*H),R(N,H),R(N,H)
g,h,c=lstm(x,ph,pc,Wx,Wh,b,dh,dc); base=dict(x=x,prev_h=ph,prev_c=pc,Wx=Wx,Wh=Wh,b=b,dnext_h=dh,dnext_c=dc)
V=lambda f: dif(lstm(x,ph,pc,Wx,Wh,b,dh,dc,f)[0],g)
ml=[(f,V(f),mm) for f,mm in dict(nocup='cell-upstream-missing',nostate='cell-without-state',noct='cell-derivative-missing',cnotanh=None,fnext='next-cell-for-previous',onotanh=None,igswap=None,gslope=None,islope=None,noslopes='derivative-missing',goneminusg=None,islin=None,dpc=None,zeroed_o=None,order=None).items()]
mut('lstm','lstm',{**base,**g},ml); save('lstm-noc','lstm',{k:v for k,v in {**base,**g}.items()})
gn,_,_=lstm(x,ph,pc,Wx,Wh,b,dh,0*dc); save('lstm-nodc','lstm',{**{k:v for k,v in base.items() if k!='dnext_c'},**gn})
save('lstm32','lstm',{k:v.astype(np.float32) for k,v in {**base,**g}.items()})
save('lstm-caches','lstm',{**base,**g,'next_h':h,'next_c':c,'i':h,'f':c,'o':h,'g':c})
# coursera lstm dbf names + concat
# d2l GRU: W_xz,W_hz,b_z ...
W_=lambda a,b_: R(a,b_)*.6
P=dict(W_xz=W_(D,H),W_hz=W_(H,H),b_z=R(H),W_xr=W_(D,H),W_hr=W_(H,H),b_r=R(H),W_xh=W_(D,H),W_hh=W_(H,H),b_h=R(H))
t={k:torch.tensor(v,requires_grad=True) for k,v in dict(P,x=x,h_prev=ph).items()}
z=torch.sigmoid(t['x']@t['W_xz']+t['h_prev']@t['W_hz']+t['b_z']); r=torch.sigmoid(t['x']@t['W_xr']+t['h_prev']@t['W_hr']+t['b_r']); nn=torch.tanh(t['x']@t['W_xh']+(r*t['h_prev'])@t['W_hh']+t['b_h']); hn=z*t['h_prev']+(1-z)*nn; (hn*torch.tensor(dh)).sum().backward()
save('gru-d2l','gru',{**P,'x':x,'h_prev':ph,'dh_next':dh,**{'d'+k:v.grad.numpy() for k,v in t.items()}})
P=dict(W_xi=W_(D,H),W_hi=W_(H,H),b_i=R(H),W_xf=W_(D,H),W_hf=W_(H,H),b_f=R(H),W_xo=W_(D,H),W_ho=W_(H,H),b_o=R(H),W_xc=W_(D,H),W_hc=W_(H,H),b_c=R(H))
t={k:torch.tensor(v,requires_grad=True) for k,v in dict(P,x=x,h_prev=ph,c_prev=pc).items()}
q=lambda s,fn:fn(t['x']@t['W_x'+s]+t['h_prev']@t['W_h'+s]+t['b_'+s]); cc=q('f',torch.sigmoid)*t['c_prev']+q('i',torch.sigmoid)*q('c',torch.tanh); hh=q('o',torch.sigmoid)*torch.tanh(cc); (hh*torch.tensor(dh)+cc*torch.tensor(dc)).sum().backward()
save('lstm-d2l','lstm',{**P,'x':x,'h_prev':ph,'c_prev':pc,'dh_next':dh,'dc_next':dc,**{'d'+k:v.grad.numpy() for k,v in t.items()}})
# U/W names GRU
P=dict(Wz=W_(D,H),Uz=W_(H,H),bz=R(H),Wr=W_(D,H),Ur=W_(H,H),br=R(H),Wh=W_(D,H),Uh=W_(H,H),bh=R(H))
t={k:torch.tensor(v,requires_grad=True) for k,v in dict(P,x=x,h_prev=ph).items()}
z=torch.sigmoid(t['x']@t['Wz']+t['h_prev']@t['Uz']+t['bz']); r=torch.sigmoid(t['x']@t['Wr']+t['h_prev']@t['Ur']+t['br']); nn=torch.tanh(t['x']@t['Wh']+(r*t['h_prev'])@t['Uh']+t['bh']); hn=z*t['h_prev']+(1-z)*nn; (hn*torch.tensor(dh)).sum().backward()
save('gru-WhUh','gru',{**P,'x':x,'h_prev':ph,'dh':dh,**{'d'+k:v.grad.numpy() for k,v in t.items()}})
# torch GRUCell with weight_ih names
cell=torch.nn.GRUCell(D,H); tx,th=torch.tensor(x,requires_grad=True),torch.tensor(ph,requires_grad=True); o=cell(tx,th); o.backward(torch.tensor(dh))
save('gru-torch','gru',dict(x=x,h_prev=ph,dh=dh,dx=tx.grad.numpy(),dh_prev=th.grad.numpy(),**{k:v.detach().numpy() for k,v in cell.named_parameters()},**{k+'.grad':v.grad.numpy() for k,v in cell.named_parameters()}))
cell=torch.nn.LSTMCell(D,H); tx,th,tc=[torch.tensor(a,requires_grad=True) for a in (x,ph,pc)]; o,cn=cell(tx,(th,tc)); ((o*torch.tensor(dh)).sum()+(cn*torch.tensor(dc)).sum()).backward()
save('lstm-torch','lstm',dict(x=x,h_prev=ph,c_prev=pc,dh=dh,dc=dc,dx=tx.grad.numpy(),dh_prev=th.grad.numpy(),dc_prev=tc.grad.numpy(),**{k:v.detach().numpy() for k,v in cell.named_parameters()},**{k+'.grad':v.grad.numpy() for k,v in cell.named_parameters()}))
# attention
Q,K,Vv,d=R(2,3,4),R(2,5,4),R(2,5,6),R(2,3,6)
def att(Q,K,V,d,f='',scale=None):
    sc=1/np.sqrt(Q.shape[-1]) if scale is None else scale; a=sm(Q@K.swapaxes(-1,-2)*sc); da=d@V.swapaxes(-1,-2); dV=a.swapaxes(-1,-2)@d
    ds=a*(da-(a*da).sum(-1,keepdims=True))
    if f=='diag': ds=a*(1-a)*da
    if f=='nosm': ds=da
    if f=='nosum': ds=a*da
    if f=='axis': ds=a*(da-(a*da).sum(-2,keepdims=True))
    if f=='noa': ds=da-(a*da).sum(-1,keepdims=True)
    s2=1 if f=='noscale' else sc
    return dict(dQ=ds@K*s2,dK=ds.swapaxes(-1,-2)@Q*s2,dV=(a.swapaxes(-1,-2)@d if f!='dva' else sm((Q@K.swapaxes(-1,-2)))  .swapaxes(-1,-2)@d))
g=att(Q,K,Vv,d); base=dict(Q=Q,K=K,V=Vv,dout=d)
mut('att','attention',{**base,**g},[(f,dif(att(Q,K,Vv,d,f),g),mm) for f,mm in dict(diag='softmax-derivative-entry-by-entry',nosm='derivative-missing',nosum=None,axis=None,noa=None,noscale='scale-missing',dva=None).items()]+[('noscaleQ',dict(dQ=g['dQ']*2),None),('QKswap',dict(dQ=g['dQ']*0+g['dQ'][::-1]),None)])
save('att-2d','attention',dict(q=Q[0],k=K[0],v=Vv[0],dout=d[0],dq=g['dQ'][0],dk=g['dK'][0],dv=g['dV'][0]))
Q4,K4,V4,d4=R(2,2,3,4),R(2,2,3,4),R(2,2,3,4),R(2,2,3,4); g4=att(Q4,K4,V4,d4); save('att-heads4d','attention',dict(Q=Q4,K=K4,V=V4,dout=d4,**g4))
# multi-head with weights (num_heads)
t=[torch.tensor(R(*s)*.5,requires_grad=True) for s in ((2,3,4),(4,4),(4,4),(4,4),(4,4))]; X,q,k,v,o=t
sp=lambda a:a.reshape(2,3,2,2).transpose(1,2); aa=torch.softmax(sp(X@q)@sp(X@k).transpose(2,3)/2**.5,-1)@sp(X@v); out=aa.transpose(1,2).reshape(2,3,4)@o; dd=R(2,3,4); out.backward(torch.tensor(dd))
save('att-multihead','attention',dict(x=X.detach().numpy(),Wq=q.detach().numpy(),Wk=k.detach().numpy(),Wv=v.detach().numpy(),Wo=o.detach().numpy(),num_heads=2,dout=dd,**{n:a.grad.numpy() for n,a in zip(('dx','dWq','dWk','dWv','dWo'),t)}))
save('att-multihead-nonum','attention',dict(x=X.detach().numpy(),Wq=q.detach().numpy(),Wk=k.detach().numpy(),Wv=v.detach().numpy(),Wo=o.detach().numpy(),dout=dd,**{n:a.grad.numpy() for n,a in zip(('dx','dWq','dWk','dWv','dWo'),t)}))
# char rnn
def ch(inp,tg,hp,Wxh,Whh,Why,bh,by,f=''):
    xs={};hs={-1:hp};ps={}
    V=Why.shape[0]
    for t in range(len(inp)):
        xs[t]=np.zeros((V,1)); xs[t][inp[t]]=1; hs[t]=np.tanh(Wxh@xs[t]+Whh@hs[t-1]+bh); y=Why@hs[t]+by; ps[t]=np.exp(y)/np.exp(y).sum()
    g=dict(dWxh=0*Wxh,dWhh=0*Whh,dWhy=0*Why,dbh=0*bh,dby=0*by); dn=0*hp
    loss=-sum(np.log(ps[t][tg[t],0]) for t in range(len(inp)))
    for t in reversed(range(len(inp))):
        dy=ps[t].copy(); dy[(inp if f=='inp' else tg)[t]]-=0 if f=='nolabel' else 1
        dh=Why.T@dy+(0 if f=='nocarry' else dn); dr=(1-hs[t]**2)*dh
        if f=='noslope': dr=dh
        c=dict(dWhy=dy@hs[t].T,dby=dy,dbh=dr,dWxh=dr@xs[t].T,dWhh=dr@hs[t if f=='next' else t-1].T); 
        if f=='whyprev': c['dWhy']=dy@hs[t-1].T
        for k in g: g[k]=c[k] if f=='over' else g[k]+c[k]
        dn=(Whh if f=='swap' else Whh.T)@dr
        if f=='dhnext': dn=Whh.T@dh
    return g,loss
H,V=6,4; A=[[1,1,3,2,0],[2,3,0,0,1],R(H,1),R(H,V),R(H,H)*.4,R(V,H),R(H,1),R(V,1)]
g,loss=ch(*A); base=dict(zip(['inputs','targets','hprev','Wxh','Whh','Why','bh','by'],A)); base['loss']=loss
cl={k:np.clip(v,-.5,.5) for k,v in g.items()}
mut('char','char-rnn',{**base,**g},[(f,dif(ch(*A,f)[0],g),mm) for f,mm in dict(inp=None,nolabel='label-missing',nocarry='not-carried',noslope='derivative-missing',next='next-state-for-previous',whyprev=None,over='overwritten',swap='weights-not-transposed',dhnext=None).items()]+[('clip',dif(cl,g),'clipped'),('norm',{k:v/5 for k,v in g.items()},None),('meanloss',{k:v/5 for k,v in g.items()},'mean-over-batch')])
b2=dict(base,hprev=base['hprev'][:,0]); save('char-h1d','char-rnn',{**b2,**g})
oh=np.eye(4)
save('char-onehot','char-rnn',{**base,'inputs':oh[A[0]],'targets':oh[A[1]],**g})
save('char-h0','char-rnn',{**{k:v for k,v in base.items() if k!='hprev'},**ch(A[0],A[1],A[2]*0,*A[3:])[0],'loss':ch(A[0],A[1],A[2]*0,*A[3:])[1]})
B=A[:]; B[0]=[1];B[1]=[2]; save('char-T1','char-rnn',{**dict(base,inputs=[1],targets=[2]),**ch(*B)[0],'loss':ch(*B)[1]})
save('char-UVW','char-rnn',{'x':A[0],'y':A[1],'U':A[3],'W':A[4],'V':A[5],'hprev':A[2],'bh':A[6],'by':A[7],'dU':g['dWxh'],'dW':g['dWhh'],'dV':g['dWhy']})
save('char-parameters','char-rnn',{'X':A[0],'Y':A[1],'Wax':A[3],'Waa':A[4],'Wya':A[5],'a0':A[2],'b':A[6],'by':A[7],'dWax':g['dWxh'],'dWaa':g['dWhh'],'dWya':g['dWhy'],'db':g['dbh'],'dby':g['dby']})
json.dump(C, open('cases.json', 'w'))
