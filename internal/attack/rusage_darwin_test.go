package attack

// maxrssUnit is in what the system counts memory.
const maxrssUnit = 1
