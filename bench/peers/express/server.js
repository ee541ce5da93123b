// The seed's API in Express and Mongoose, as their documentation shows. FAST=1 is the same tuned by hand:
// lean reads, one document, one trip for idempotency.
const express = require('express');
const mongoose = require('mongoose');
const jwt = require('jsonwebtoken');
const bcrypt = require('bcryptjs');
const cors = require('cors');

const PORT = +process.env.PORT;
const URI = process.env.MONGO_URI;
const SECRET = process.env.JWT_SECRET;
const FAST = process.env.FAST === '1';
// jsonwebtoken 9 given a string secret first tries createPublicKey() and catches: ~0.2 ms per verify. A KeyObject avoids it.
const KEY = FAST ? require('crypto').createSecretKey(Buffer.from(SECRET)) : SECRET;
const SLA = { high: 4, medium: 24, low: 48 };

const userSchema = new mongoose.Schema({
  name: String, email: { type: String, required: true, unique: true },
  password: { type: String, required: true }, role: { type: String, enum: ['user', 'agent', 'admin'], default: 'user' },
}, { timestamps: true });
const commentSchema = new mongoose.Schema({ message: { type: String, required: true }, author: { type: mongoose.Schema.Types.ObjectId, ref: 'User' } },
  { timestamps: { createdAt: true, updatedAt: false } });
const ticketSchema = new mongoose.Schema({
  title: { type: String, required: true }, description: { type: String, required: true },
  priority: { type: String, enum: ['low', 'medium', 'high'], default: 'low' },
  status: { type: String, enum: ['open', 'in_progress', 'resolved', 'closed'], default: 'open' },
  assignee: { type: mongoose.Schema.Types.ObjectId, ref: 'User', default: null },
  createdBy: { type: mongoose.Schema.Types.ObjectId, ref: 'User' },
  sla_due: Date, version: { type: Number, default: 1 }, comments: [commentSchema],
  idem: { type: String, default: undefined }, // only FAST: idempotency inside the ticket
}, { timestamps: true });
ticketSchema.index({ createdAt: -1 });
ticketSchema.index({ sla_due: 1, status: 1 });
ticketSchema.index({ idem: 1 }, { unique: true, partialFilterExpression: { idem: { $type: 'string' } } });
const idemSchema = new mongoose.Schema({ key: { type: String, required: true, unique: true }, createdAt: { type: Date, default: Date.now } });
const User = mongoose.model('User', userSchema);
const Ticket = mongoose.model('Ticket', ticketSchema);
const IdempotencyKey = mongoose.model('IdempotencyKey', idemSchema);

function auth(req, res, next) {
  const h = req.headers.authorization;
  if (!h || !h.startsWith('Bearer ')) return res.status(401).json({ error: { code: 'UNAUTHORIZED' } });
  try { req.user = jwt.verify(h.slice(7), KEY, FAST ? { algorithms: ['HS256'] } : undefined); } catch (e) { return res.status(401).json({ error: { code: 'UNAUTHORIZED' } }); }
  next();
}
async function idempotency(req, res, next) {
  const key = req.header('Idempotency-Key');
  if (!key || FAST) return next();
  if (await IdempotencyKey.findOne({ key })) return res.status(409).json({ error: { code: 'DUPLICATE_REQUEST' } });
  try { await IdempotencyKey.create({ key }); } catch (e) {
    if (e.code === 11000) return res.status(409).json({ error: { code: 'DUPLICATE_REQUEST' } });
    throw e;
  }
  next();
}

function build() {
  const app = express();
  app.use(cors());
  app.use(express.json());
  app.get('/bare', (req, res) => res.json({ ok: true, n: 1 }));
  app.post('/api/auth/register', async (req, res) => {
    const { name, email, password, role } = req.body;
    if (await User.findOne({ email })) return res.status(400).json({ error: { code: 'USER_EXISTS' } });
    const user = await User.create({ name, email, role, password: await bcrypt.hash(password, 10) });
    res.status(201).json({ message: 'User registered successfully', user: { _id: user._id, name, email } });
  });
  app.post('/api/auth/login', async (req, res) => {
    const { email, password } = req.body;
    const user = await User.findOne({ email });
    if (!user || !(await bcrypt.compare(password, user.password))) return res.status(401).json({ error: { code: 'INVALID_CREDENTIALS' } });
    res.json({ token: jwt.sign({ id: user._id, role: user.role }, SECRET, { expiresIn: '1d' }) });
  });
  app.post('/api/tickets', auth, idempotency, async (req, res) => {
    const { title, description, priority = 'low' } = req.body;
    if (!title || !description) return res.status(400).json({ error: { code: 'FIELD_REQUIRED' } });
    const doc = { title, description, priority, createdBy: req.user.id, sla_due: new Date(Date.now() + (SLA[priority] || 48) * 3600e3) };
    if (FAST) doc.idem = req.header('Idempotency-Key');
    try {
      const t = await Ticket.create(doc);
      res.status(201).json({ _id: t._id, title: t.title, priority: t.priority, status: t.status, sla_due: t.sla_due });
    } catch (e) {
      if (e.code === 11000) return res.status(409).json({ error: { code: 'DUPLICATE_REQUEST' } });
      throw e;
    }
  });
  app.get('/api/tickets', auth, async (req, res) => {
    const limit = Math.min(parseInt(req.query.limit) || 20, 100), offset = parseInt(req.query.offset) || 0;
    const { status } = req.query;
    let q;
    if (status === 'breached') q = Ticket.find({ sla_due: { $lt: new Date() } }).sort({ sla_due: 1 });
    else q = Ticket.find(status ? { status } : {}).sort({ createdAt: -1 });
    q = q.skip(offset).limit(limit);
    if (FAST) q = q.select('title status priority sla_due').lean();
    else q = q.select('title status priority sla_due');
    const items = await q;
    res.json({ items, next_offset: items.length === limit ? offset + limit : null });
  });
  app.get('/api/tickets/:id', auth, async (req, res) => {
    let q = Ticket.findById(req.params.id);
    if (FAST) q = q.lean();
    const t = await q;
    if (!t) return res.status(404).json({ error: { code: 'NOT_FOUND' } });
    res.json(t);
  });
  app.patch('/api/tickets/:id', auth, async (req, res) => {
    const { status, priority, assignee, version } = req.body;
    if (FAST) {
      const set = {}; if (status) set.status = status; if (priority) set.priority = priority; if (assignee) set.assignee = assignee;
      const f = { _id: req.params.id }; if (version !== undefined) f.version = version;
      const t = await Ticket.findOneAndUpdate(f, { $set: set, $inc: { version: 1 } }, { new: true, projection: 'status version' }).lean();
      if (!t) return res.status(409).json({ error: 'Conflict - Ticket already updated (409)' });
      return res.json({ message: 'Ticket updated successfully', ticket: t });
    }
    const t = await Ticket.findById(req.params.id);
    if (!t) return res.status(404).json({ error: { code: 'NOT_FOUND' } });
    if (version !== undefined && version !== t.version) return res.status(409).json({ error: 'Conflict - Ticket already updated (409)' });
    if (status) t.status = status;
    if (priority) t.priority = priority;
    if (assignee) t.assignee = assignee;
    t.version += 1;
    await t.save();
    res.json({ message: 'Ticket updated successfully', ticket: { _id: t._id, status: t.status, version: t.version } });
  });
  app.post('/api/tickets/:id/comments', auth, async (req, res) => {
    const { message } = req.body;
    if (!message) return res.status(400).json({ error: { code: 'FIELD_REQUIRED' } });
    if (FAST) {
      const t = await Ticket.findOneAndUpdate({ _id: req.params.id }, { $push: { comments: { message, author: req.user.id } } }, { new: true, projection: 'comments' }).lean();
      if (!t) return res.status(404).json({ error: { code: 'NOT_FOUND' } });
      return res.status(201).json({ message: 'Comment added successfully', ticket: t });
    }
    const t = await Ticket.findById(req.params.id);
    if (!t) return res.status(404).json({ error: { code: 'NOT_FOUND' } });
    t.comments.push({ message, author: req.user.id });
    await t.save();
    res.status(201).json({ message: 'Comment added successfully', ticket: { _id: t._id, comments: t.comments } });
  });
  app.use((err, req, res, next) => { res.status(err.name === 'CastError' ? 404 : 500).json({ error: { code: 'INTERNAL', message: err.message } }); });
  return app;
}
mongoose.connect(URI).then(() => build().listen(PORT, '127.0.0.1'));
